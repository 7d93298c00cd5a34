// What a bearer of a token, a key or a client secret may do, and until when, on both databases.
import {newApiKey} from '@essence/core/access/opaque-tokens'
import {type Access, type Caller, permissions} from '@essence/core/access/port'
import fc from 'fast-check'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {storeKinds} from '../store/stores.ts'
import {accessPlace, dayMs, from, home, minuteMs, password} from './open-access.ts'

const refused = {code: 'TOKEN_REJECTED'}
const may = ({permissions}: Caller): string[] => [...permissions].sort()

for (const kind of storeKinds()) {
  describe.skipIf(kind.missing !== '')(`bearers on ${kind.name}${kind.missing}`, () => {
    let place: Awaited<ReturnType<typeof accessPlace>>
    let access: Access
    const who = (bearer: string): Promise<Caller> => access.authenticate(bearer, home)

    beforeEach(async () => {
      place = await accessPlace(kind)
      access = place.open()
      await access.users.create({username: 'anna', password, roles: ['admin']})
      return place.close
    })
    afterAll(() => kind.stop())

    describe('an API key', () => {
      const make = async (wanted: Parameters<Access['keys']['create']>[0]['permissions'], expiresAt?: Date) =>
        access.keys.create({name: 'home', userId: 'anna', permissions: wanted, expiresAt})

      it('is its person, with its own permissions and no role that it does not fill', async () => {
        const {key, info} = await make(['service.stt', 'admin.read'])
        const caller = await who(key)
        expect(caller).toMatchObject({userId: 'anna', via: 'apiKey', keyId: info.id, roles: []})
        expect(may(caller)).toEqual(['admin.read', 'service.stt'])
        expect((await who((await make(permissions)).key)).roles).toEqual(['admin'])
      })

      it('has no more than the roles of its person at the time of use', async () => {
        const {key} = await make(['service.stt', 'memory.read', 'admin.write'])
        await access.users.update('anna', {roles: ['user']})
        expect(may(await who(key))).toEqual(['memory.read', 'service.stt'])
        await access.users.update('anna', {roles: ['service']})
        expect(may(await who(key))).toEqual(['service.stt'])
      })

      it('ends with its end, its revocation, its person', async () => {
        const ends = new Date(place.now().getTime() + dayMs)
        const [{key: short}, {key: revoked, info}, {key}] = [
          await make(['service.stt'], ends),
          await make(['service.stt']),
          await make(['service.stt']),
        ]
        for (const good of [short, revoked, key]) await who(good)
        place.pass(dayMs)
        await expect(who(short)).rejects.toMatchObject({...refused, message: 'The API key "home" has expired.'})
        await access.keys.revoke(info.id)
        await expect(who(revoked)).rejects.toMatchObject(refused)
        await access.users.update('anna', {status: 'blocked'})
        await expect(who(key)).rejects.toMatchObject({code: 'NOT_ALLOWED'})
        await access.users.update('anna', {status: 'active'})
        await who(key)
        await access.users.remove('anna')
        await expect(who(key)).rejects.toMatchObject(refused)
        await access.users.create({username: 'anna'})
        await expect(who(key)).rejects.toMatchObject(refused)
      })

      it('that is made up, cut, or of another checksum is none', async () => {
        const {key} = await make(['service.stt'])
        for (const bearer of [newApiKey(), key.slice(0, -1), `${key}A`, `june_${'A'.repeat(49)}`, 'june_', 'june_\0'])
          await expect(who(bearer), bearer).rejects.toMatchObject(refused)
      })

      it('tells when it was last used, to the minute, and is kept as a hash only', async () => {
        const {key} = await make(['service.stt'])
        const lastUse = async () => {
          // It is written meanwhile.
          await expect.poll(async () => (await access.keys.list('anna'))[0]?.lastUsedAt).toBeDefined()
          return (await access.keys.list('anna'))[0]?.lastUsedAt
        }
        const first = place.now()
        await who(key)
        expect(await lastUse()).toEqual(first)
        place.pass(minuteMs - 1)
        await who(key)
        expect(await lastUse()).toEqual(first)
        place.pass(1)
        await who(key)
        await expect.poll(lastUse).toEqual(place.now())
        expect(
          JSON.stringify([await access.keys.list(), await access.audit.list({page: 1, pageSize: 100})]),
        ).not.toContain(key)
      })

      it('is refused where it makes no sense', async () => {
        const usage = {code: 'USAGE'}
        await expect(make([])).rejects.toMatchObject(usage)
        await expect(make(['service.stt'], place.now())).rejects.toMatchObject(usage)
        await expect(make(['service.stt'], new Date(Number.NaN))).rejects.toMatchObject(usage)
        await access.users.update('anna', {roles: ['service']})
        await expect(make(['service.stt', 'memory.read'])).rejects.toMatchObject({
          ...usage,
          message: 'anna may not memory.read and cannot hand that on.',
        })
        await expect(
          access.keys.create({name: 'x', userId: 'nobody', permissions: ['service.stt']}),
        ).rejects.toMatchObject({code: 'USER_UNKNOWN'})
        for (const id of ['x', '', "' or 1=1 --", '00000000-0000-0000-0000-000000000000'])
          await expect(access.keys.revoke(id)).rejects.toMatchObject({code: 'KEY_UNKNOWN'})
      })
    })

    describe('a client secret', () => {
      const secretOf = async (bearer: string, seconds?: number) => access.clientSecret(await who(bearer), {seconds})
      const signIn = async () => (await access.login({username: 'anna', password}, home)).accessToken

      it('is its person for ten minutes, without administering, and makes no further ones', async () => {
        const {value, expiresAt} = await secretOf(await signIn())
        expect(value).toMatch(/^ek_/)
        expect(expiresAt.getTime() - place.now().getTime()).toBe(600_000)
        const caller = await who(value)
        expect(caller).toMatchObject({userId: 'anna', via: 'clientSecret'})
        expect(may(caller)).toEqual(permissions.filter(name => !name.startsWith('admin.')).sort())
        expect(caller.roles).not.toContain('admin')
        await expect(access.clientSecret(caller)).rejects.toMatchObject({code: 'NOT_ALLOWED'})
        place.pass(606_000)
        await expect(who(value)).rejects.toMatchObject(refused)
      })

      it('is no access token, and an access token is none', async () => {
        const token = await signIn()
        const {value} = await secretOf(token)
        await expect(who(value.slice(3))).rejects.toMatchObject(refused)
        await expect(who(`ek_${token}`)).rejects.toMatchObject(refused)
      })

      it('has no more than the key it was made with, and ends with it', async () => {
        const {key, info} = await access.keys.create({
          name: 'home',
          userId: 'anna',
          permissions: ['service.stt', 'memory.read'],
        })
        const {value} = await secretOf(key)
        expect(may(await who(value))).toEqual(['memory.read', 'service.stt'])
        await access.keys.revoke(info.id)
        await expect(who(value)).rejects.toMatchObject(refused)
      })

      it('ends with a change of its person', async () => {
        const {value} = await secretOf(await signIn())
        await access.users.update('anna', {password: 'another horse'})
        await expect(who(value)).rejects.toMatchObject(refused)
      })

      it('lasts ten seconds to two hours', async () => {
        const token = await signIn()
        for (const seconds of [10, 7200]) await secretOf(token, seconds)
        for (const seconds of [9, 7201, 10.5, Number.NaN])
          await expect(secretOf(token, seconds)).rejects.toMatchObject({code: 'USAGE'})
      })
    })

    describe('a token for a name', () => {
      it('is a plain user, never an admin', async () => {
        const {accessToken, expiresInS} = await access.tokenFor('guest')
        expect(expiresInS).toBe(24 * 3600)
        expect(await who(accessToken)).toMatchObject({userId: 'guest', roles: ['user']})
        await access.users.create({username: 'boss', roles: ['admin', 'user']})
        expect((await who((await access.tokenFor('boss')).accessToken)).roles).toEqual(['user'])
      })

      it('is refused to one who has a password, is blocked, or has no name', async () => {
        await expect(access.tokenFor('anna')).rejects.toMatchObject({code: 'NOT_ALLOWED'})
        await access.users.create({username: 'ben'})
        await access.users.update('ben', {status: 'blocked'})
        await expect(access.tokenFor('ben')).rejects.toMatchObject({code: 'NOT_ALLOWED'})
        for (const name of ['', '../anna', 'a b', 'x'.repeat(65), 'anna\n'])
          await expect(access.tokenFor(name), name).rejects.toMatchObject({code: 'USAGE'})
      })

      it('ends when the name gets an account, or the person a password', async () => {
        const {accessToken} = await access.tokenFor('guest')
        await who(accessToken)
        await access.users.create({username: 'guest'})
        await expect(who(accessToken)).rejects.toMatchObject(refused)
        const {accessToken: next} = await access.tokenFor('guest')
        await access.users.update('guest', {password})
        await expect(who(next)).rejects.toMatchObject(refused)
      })

      it('that the owner hands out may be an admin, but not against the account of that name', async () => {
        const {accessToken} = await access.issue('script', {roles: ['admin'], seconds: 60})
        expect((await who(accessToken)).permissions.has('admin.write')).toBe(true)
        place.pass(66_000)
        await expect(who(accessToken)).rejects.toMatchObject(refused)
        await access.users.create({username: 'ben'})
        await expect(access.issue('ben', {roles: ['admin']})).rejects.toMatchObject({code: 'USAGE'})
        const {accessToken: bens} = await access.issue('ben')
        expect(await who(bens)).toMatchObject({roles: ['user']})
        await access.users.remove('ben')
        await expect(who(bens)).rejects.toMatchObject(refused)
      })
    })

    it('what another gateway changed counts within two seconds', async () => {
      if (kind.name !== 'PostgreSQL') return
      const other = place.open()
      const {accessToken} = await access.login({username: 'anna', password}, home)
      const {key, info} = await access.keys.create({name: 'home', userId: 'anna', permissions: ['service.stt']})
      for (const bearer of [accessToken, key])
        expect(await other.authenticate(bearer, home)).toMatchObject({userId: 'anna'})
      await access.keys.revoke(info.id)
      await access.users.update('anna', {password: 'another horse'})
      place.pass(2000)
      for (const bearer of [accessToken, key])
        await expect(other.authenticate(bearer, home)).rejects.toMatchObject(refused)
    })

    // The embedded one takes 1 ms for each.
    const bearerCount = kind.name === 'PostgreSQL' ? 10_000 : 1000
    it(`nothing else gets in, and nothing crashes: ${bearerCount} bearers that are random or changed`, async () => {
      const {accessToken} = await access.login({username: 'anna', password}, home)
      const {key} = await access.keys.create({name: 'home', userId: 'anna', permissions: ['service.stt']})
      const {value} = await access.clientSecret(await who(key))
      const good = [accessToken, key, value]
      const changed = fc
        .tuple(
          fc.constantFrom(...good),
          fc.double({min: 0, max: 1, noNaN: true}),
          fc.nat(8),
          fc.string({maxLength: 8, unit: 'binary'}),
        )
        .map(([token, where, cut, put]) => {
          const at = Math.floor(where * token.length)
          return token.slice(0, at) + put + token.slice(at + cut)
        })
      const prefixed = fc
        .tuple(fc.constantFrom('', 'june_', 'ek_', 'ek_ek_'), fc.string({maxLength: 100, unit: 'binary'}))
        .map(parts => parts.join(''))
      // Whole keys that nobody has: these reach the database.
      const strangers = fc.constant(null).map(() => newApiKey())
      const bearers = fc.oneof({arbitrary: changed, weight: 10}, {arbitrary: prefixed, weight: 10}, strangers)
      const property = fc.asyncProperty(bearers, async bearer => {
        fc.pre(!good.includes(bearer))
        await expect(access.authenticate(bearer, from('203.0.113.9'))).rejects.toMatchObject(refused)
      })
      await fc.assert(property, {numRuns: bearerCount})
    }, 120_000)
  })
}
