// Passwords, refresh tokens and what ends them, on both databases.
import type {Access, Session} from '@essence/core/access/port'
import {openStore} from '@essence/core/store/open'
import {auditLog, refreshTokens, users} from '@essence/core/store/schema'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {storeKinds} from '../store/stores.ts'
import {accessPlace, dayMs, from, home, minuteMs, password} from './open-access.ts'

const refused = {code: 'TOKEN_REJECTED'}

for (const kind of storeKinds()) {
  describe.skipIf(kind.missing !== '')(`signing in on ${kind.name}${kind.missing}`, () => {
    let place: Awaited<ReturnType<typeof accessPlace>>
    let access: Access
    const login = (username = 'anna', typed = password, origin = home): Promise<Session> =>
      access.login({username, password: typed}, origin)
    const actions = async (): Promise<string[]> =>
      (await access.audit.list({page: 1, pageSize: 100})).items.map(({action}) => action).reverse()

    beforeEach(async () => {
      place = await accessPlace(kind)
      access = place.open()
      await access.users.create({username: 'anna', password, roles: ['user']})
      return place.close
    })
    afterAll(() => kind.stop())

    it('gives an access token for an hour, and a refresh token for 30 days', async () => {
      const session = await login()
      expect(session).toMatchObject({expiresInS: 3600, user: {id: 'anna', username: 'anna', roles: ['user']}})
      const caller = await access.authenticate(session.accessToken, home)
      expect(caller).toMatchObject({userId: 'anna', via: 'token', roles: ['user']})
      expect(caller.permissions.has('conversations.read')).toBe(true)
      expect(caller.permissions.has('admin.read')).toBe(false)
      expect((await access.users.get('anna')).lastLoginAt).toEqual(place.now())

      place.pass(2 * 60 * minuteMs)
      await expect(access.authenticate(session.accessToken, home)).rejects.toMatchObject(refused)
      place.pass(29 * dayMs)
      const next = await access.refresh(session.refreshToken, home)
      expect(await access.authenticate(next.accessToken, home)).toMatchObject({userId: 'anna'})
      place.pass(30 * dayMs + 1)
      await expect(access.refresh(next.refreshToken, home)).rejects.toMatchObject(refused)
    })

    it('says the same of a wrong password, an unknown name, and a name without a password', async () => {
      await access.users.create({username: 'robot', roles: ['service']})
      const tries = [
        login('anna', 'wrong horse'),
        login('nobody'),
        login('robot', ''),
        login("' or 1=1 --"),
        login('\0'),
      ]
      const errors = (await Promise.allSettled(tries)).map(result => result.status === 'rejected' && result.reason)
      expect(new Set(errors.map(error => `${error.code} ${error.message}`))).toEqual(
        new Set(['TOKEN_REJECTED Name or password is wrong.']),
      )
      const {items} = await access.audit.list({page: 1, pageSize: 100, action: 'sign-in.failed'})
      expect(items).toHaveLength(5)
      // What was typed for a name may be a password.
      expect(JSON.stringify(items)).not.toMatch(/nobody|1=1|horse/)
      expect(items.flatMap(({target}) => target ?? []).sort()).toEqual(['anna', 'robot'])
      expect(items.every(({address}) => address === home.address)).toBe(true)
    })

    it('is locked out after ten failures, with the right password too, but not from elsewhere', async () => {
      for (let n = 0; n < 10; n++) await expect(login('anna', 'wrong horse')).rejects.toMatchObject(refused)
      const locked = {code: 'RATE_LIMITED', message: expect.stringMatching(/Try again in 15 minutes\./)}
      await expect(login()).rejects.toMatchObject({...locked, retryAfterMs: 15 * minuteMs})
      expect(await login('anna', password, from('192.0.2.2'))).toMatchObject({user: {id: 'anna'}})
      place.pass(15 * minuteMs)
      await login()
    })

    it('counts failures that come all at once', async () => {
      const tries = await Promise.allSettled(Array.from({length: 30}, () => login('anna', 'wrong horse')))
      const codes = tries.map(result => result.status === 'rejected' && result.reason.code)
      expect(codes.filter(code => code === 'TOKEN_REJECTED')).toHaveLength(10)
      expect(codes.filter(code => code === 'RATE_LIMITED')).toHaveLength(20)
    })

    it('keeps the owner in where strangers use up what the account has', async () => {
      await login()
      for (let n = 0; n < 100; n++)
        await expect(login('anna', 'wrong horse', from(`10.0.0.${n}`))).rejects.toMatchObject(refused)
      await expect(login('anna', password, from('10.0.1.1'))).rejects.toMatchObject({code: 'RATE_LIMITED'})
      await login()
    })

    it('takes a refresh token once; used again, it ends all that came of the sign-in, and nothing else', async () => {
      const [first, elsewhere] = [await login(), await login()]
      place.pass(minuteMs)
      const second = await access.refresh(first.refreshToken, home)
      place.pass(minuteMs)
      const third = await access.refresh(second.refreshToken, home)
      place.pass(minuteMs)
      await expect(access.refresh(first.refreshToken, from('203.0.113.9'))).rejects.toMatchObject(refused)
      await expect(access.refresh(third.refreshToken, home)).rejects.toMatchObject(refused)
      await access.refresh(elsewhere.refreshToken, home)
      const {items} = await access.audit.list({page: 1, pageSize: 10, action: 'refresh.reused'})
      expect(items).toMatchObject([{target: 'anna', address: '203.0.113.9'}])
    })

    it('of many clients that refresh at the same moment one wins, and goes on', async () => {
      const gateways = kind.name === 'PostgreSQL' ? [access, place.open()] : [access]
      const {refreshToken} = await login()
      const tries = Array.from({length: 20}, (_, n) => gateways[n % gateways.length]?.refresh(refreshToken, home))
      const results = await Promise.allSettled(tries)
      const won = results.flatMap(result => (result.status === 'fulfilled' && result.value ? [result.value] : []))
      expect(won).toHaveLength(1)
      place.pass(minuteMs)
      await access.refresh(won[0]?.refreshToken ?? '', home)
    })

    it('takes no other refresh token', async () => {
      for (const token of ['', 'x', 'A'.repeat(86), '\0', "' or 1=1 --"]) {
        await expect(access.refresh(token, home), token).rejects.toMatchObject(refused)
        await access.logout(token)
      }
    })

    it('forgets refresh tokens that have expired, also when people only refresh', async () => {
      let {refreshToken} = await login()
      for (let week = 0; week < 6; week++) {
        place.pass(7 * dayMs)
        refreshToken = (await access.refresh(refreshToken, home)).refreshToken
      }
      await place.close()
      const {JUNE_DATA_DIR, POSTGRES_URL: url} = place.settings
      const store = await openStore({dataDir: `${JUNE_DATA_DIR}/access`, url})
      // Of seven, those of the last 30 days: what is spent is known until it would have expired.
      expect(await store.db.select().from(refreshTokens)).toHaveLength(5)
      await store.close()
    })

    it('ends with signing out', async () => {
      const {refreshToken} = await login()
      const next = await access.refresh(refreshToken, home)
      await access.logout(next.refreshToken)
      await access.logout(next.refreshToken)
      await expect(access.refresh(next.refreshToken, home)).rejects.toMatchObject(refused)
      expect(await actions()).toEqual(['user.added', 'sign-in', 'sign-out'])
    })

    it.each([
      ['a change of password', {password: 'another horse'}, refused],
      ['a change of roles', {roles: ['service' as const]}, refused],
      [
        'a block',
        {status: 'blocked' as const, reason: 'spam'},
        {code: 'NOT_ALLOWED', message: 'anna is blocked: spam'},
      ],
    ])('%s ends tokens with the next request', async (_, change, expected) => {
      const {accessToken, refreshToken} = await login()
      await access.authenticate(accessToken, home)
      await access.users.update('anna', change)
      await expect(access.authenticate(accessToken, home)).rejects.toMatchObject(expected)
      await expect(access.refresh(refreshToken, home)).rejects.toMatchObject(refused)
      // Not for good: but the old ones stay ended.
      await access.users.update('anna', {status: 'active'})
      await expect(access.authenticate(accessToken, home)).rejects.toMatchObject(refused)
      await expect(access.refresh(refreshToken, home)).rejects.toMatchObject(refused)
    })

    it('removal ends them too, also when the name is given to somebody else', async () => {
      const {accessToken, refreshToken} = await login()
      await access.users.remove('anna')
      for (const again of [false, true]) {
        if (again) await access.users.create({username: 'anna', password: 'another horse'})
        await expect(access.authenticate(accessToken, home)).rejects.toMatchObject(refused)
        await expect(access.refresh(refreshToken, home)).rejects.toMatchObject(refused)
        await expect(login()).rejects.toMatchObject(refused)
      }
    })

    it('a blocked person does not sign in, and a wrong password does not tell that they are blocked', async () => {
      await access.users.update('anna', {status: 'blocked'})
      await expect(login()).rejects.toMatchObject({code: 'NOT_ALLOWED'})
      await expect(login('anna', 'wrong horse')).rejects.toMatchObject(refused)
      await access.users.update('anna', {status: 'active'})
      await login()
    })

    it('keeps neither passwords nor tokens as they are', async () => {
      const session = await login()
      await place.close()
      const {JUNE_DATA_DIR, POSTGRES_URL: url} = place.settings
      const store = await openStore({dataDir: `${JUNE_DATA_DIR}/access`, url})
      const rows = await Promise.all([users, refreshTokens, auditLog].map(table => store.db.select().from(table)))
      await store.close()
      const kept = JSON.stringify(rows)
      expect(rows.map(({length}) => length)).toEqual([1, 1, 2])
      for (const secret of [password, session.accessToken, session.refreshToken]) expect(kept).not.toContain(secret)
    })
  })
}
