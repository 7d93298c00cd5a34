// People, the audit log and when a database is made at all, on both databases.
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {holderAddress} from '@essence/core/access/holder'
import type {Access} from '@essence/core/access/port'
import {openStore} from '@essence/core/store/open'
import {auditLog, refreshTokens} from '@essence/core/store/schema'
import {afterAll, beforeEach, describe, expect, it} from 'vitest'
import {storeKinds} from '../store/stores.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {accessPlace, accessSettings, dayMs, home, password} from './open-access.ts'

const page = {page: 1, pageSize: 20}

for (const kind of storeKinds()) {
  describe.skipIf(kind.missing !== '')(`people on ${kind.name}${kind.missing}`, () => {
    let place: Awaited<ReturnType<typeof accessPlace>>
    let access: Access

    beforeEach(async () => {
      place = await accessPlace(kind)
      access = place.open()
      return place.close
    })
    afterAll(() => kind.stop())

    it('are added, found, listed in pages, changed and removed', async () => {
      for (const username of ['ben', 'anna', 'a_c', 'abc']) await access.users.create({username})
      await access.users.create({username: 'boss', roles: ['admin', 'user']})
      await access.users.update('ben', {status: 'blocked', reason: 'spam'})
      const names = async (query: Partial<Parameters<Access['users']['list']>[0]> = {}) => {
        const {items, total} = await access.users.list({...page, ...query})
        return [...items.map(({id}) => id), total]
      }
      expect(await names()).toEqual(['a_c', 'abc', 'anna', 'ben', 'boss', 5])
      expect(await names({page: 2, pageSize: 2})).toEqual(['anna', 'ben', 5])
      expect(await names({page: 9})).toEqual([5])
      // Neither `_` nor `%` stands for anything else.
      expect(await names({search: 'A_'})).toEqual(['a_c', 1])
      expect(await names({search: '%'})).toEqual([0])
      expect(await names({status: 'blocked'})).toEqual(['ben', 1])
      expect(await names({status: 'active', search: 'b'})).toEqual(['abc', 'boss', 2])
      expect(await names({status: 'admin'})).toEqual(['boss', 1])

      expect(await access.users.get('ben')).toEqual({
        id: 'ben',
        username: 'ben',
        roles: ['user'],
        status: 'blocked',
        reason: 'spam',
        createdAt: place.now(),
        lastLoginAt: undefined,
      })
      expect(await access.users.update('ben', {status: 'active'})).toMatchObject({status: 'active', reason: undefined})
      await access.users.remove('ben')
      const gone = {code: 'USER_UNKNOWN'}
      await expect(access.users.get('ben')).rejects.toMatchObject(gone)
      await expect(access.users.update('ben', {})).rejects.toMatchObject(gone)
      await expect(access.users.remove('ben')).rejects.toMatchObject(gone)
    })

    it('have a name of their own that is one, a password that is one, and a role', async () => {
      await access.users.create({username: 'anna'})
      const refused = [
        {username: 'anna'},
        {username: 'Anna'},
        {username: 'local'},
        {username: 'CLI'},
        {username: ''},
        {username: 'a b'},
        {username: '../x'},
        {username: 'x'.repeat(65)},
        {username: 'ben', password: 'short'},
        {username: 'ben', password: 'x'.repeat(257)},
        {username: 'ben', roles: []},
        {username: 'ben', roles: ['root' as 'admin']},
      ]
      for (const user of refused)
        await expect(access.users.create(user), JSON.stringify(user)).rejects.toMatchObject({code: 'USAGE'})
      await expect(access.users.update('anna', {password: 'short'})).rejects.toMatchObject({code: 'USAGE'})
      expect((await access.users.list(page)).total).toBe(1)
    })

    it('of two who ask for the same name one gets it', async () => {
      const tries = Array.from({length: 8}, () => access.users.create({username: 'anna'}))
      expect((await Promise.allSettled(tries)).filter(({status}) => status === 'fulfilled')).toHaveLength(1)
    })

    it('the audit log says who did what, from where, and never a secret', async () => {
      const by = {actor: 'boss', address: home.address}
      await access.users.create({username: 'anna', password, roles: ['user']}, by)
      await access.users.update('anna', {password: 'another horse', roles: ['user', 'service'], status: 'blocked'}, by)
      await access.users.update('anna', {status: 'active'}, by)
      const {key, info} = await access.keys.create({name: 'home', userId: 'anna', permissions: ['service.stt']}, by)
      await access.keys.revoke(info.id, by)
      await access.issue('anna', {seconds: 60}, by)
      await access.users.remove('anna', by)
      await access.audit.write({action: 'settings.changed', actor: 'boss', details: 'x'.repeat(1000)})
      const {items, total} = await access.audit.list({...page, actor: 'boss'})
      expect(items.map(({action, details}) => [action, details?.slice(0, 60)]).reverse()).toEqual([
        ['user.added', 'user'],
        ['user.changed', 'password; roles: user, service; blocked'],
        ['user.changed', 'active'],
        ['key.made', `${info.id} home: service.stt`],
        ['key.revoked', `${info.id} home`],
        ['token.issued', '60 s'],
        ['user.removed', undefined],
        ['settings.changed', 'x'.repeat(60)],
      ])
      expect(total).toBe(8)
      expect(items[0]?.details).toHaveLength(500)
      expect(items[1]).toMatchObject({at: place.now(), target: 'anna', ...by})
      for (const secret of [password, 'another horse', key]) expect(JSON.stringify(items)).not.toContain(secret)
      expect((await access.audit.list({page: 2, pageSize: 3, action: 'user.changed'})).items).toEqual([])
    })

    it('forgets entries after 400 days, and tokens once they have expired', async () => {
      await access.users.create({username: 'anna', password})
      await access.login({username: 'anna', password}, home)
      place.pass(31 * dayMs)
      await access.login({username: 'anna', password}, home)
      // A refresh makes rows as well, and no entry.
      const {refreshToken} = await access.login({username: 'anna', password}, home)
      await access.refresh(refreshToken, home)
      place.pass(369 * dayMs)
      await access.audit.write({action: 'late'})
      await place.close()
      const {JUNE_DATA_DIR, POSTGRES_URL: url} = place.settings
      const store = await openStore({dataDir: join(JUNE_DATA_DIR, 'access'), url})
      const left = await Promise.all([store.db.select().from(auditLog), store.db.select().from(refreshTokens)])
      await store.close()
      expect(left[0].map(({action}) => action)).toEqual(['user.added', 'sign-in', 'sign-in', 'sign-in', 'late'])
      expect(left[1]).toEqual([])
      place.pass(1)
      const again = place.open()
      await again.audit.write({action: 'later'})
      const {items} = await again.audit.list(page)
      expect(items.map(({action}) => action)).toEqual(['later', 'late', 'sign-in', 'sign-in'])
    })

    it('are out of reach where the database is, and that is said', async () => {
      await access.users.create({username: 'anna'})
      const {accessToken} = await access.tokenFor('anna')
      await place.close()
      const gone = {code: 'STORE_UNAVAILABLE'}
      place.pass(2000)
      await expect(access.authenticate(accessToken, home)).rejects.toMatchObject(gone)
      await access.audit.write({action: 'lost'})
      expect(place.logged).toEqual([expect.stringMatching(/^The audit log cannot be written \(lost\): /)])
    })
  })
}

describe('a June without accounts', () => {
  it('has no database, and lets nobody in', async () => {
    const dataDir = temporaryFolder()
    const {openAccess} = await import('@essence/core/access/open')
    const access = openAccess({settings: accessSettings(dataDir), log: () => {}, passwordCost: 4})
    const {accessToken} = await access.tokenFor('guest')
    expect(await access.authenticate(accessToken, home)).toMatchObject({userId: 'guest'})
    const refused = {code: 'TOKEN_REJECTED'}
    await expect(access.login({username: 'guest', password}, home)).rejects.toMatchObject(refused)
    await expect(access.refresh('x', home)).rejects.toMatchObject(refused)
    await access.logout('x')
    const {newApiKey} = await import('@essence/core/access/opaque-tokens')
    await expect(access.authenticate(newApiKey(), home)).rejects.toMatchObject(refused)
    expect(await access.users.list(page)).toEqual({items: [], total: 0})
    expect(await access.keys.list()).toEqual([])
    await access.close()
    expect(existsSync(join(dataDir, 'access/database'))).toBe(false)
  })

  it('waits for a command that has the database for a moment, and says where it answers while it has it itself', async () => {
    const dataDir = temporaryFolder()
    const folder = join(dataDir, 'access')
    const {openAccess} = await import('@essence/core/access/open')
    const open = (waitMs?: number) =>
      openAccess({settings: accessSettings(dataDir), log: () => {}, address: () => 'http://127.0.0.1:8000', waitMs})
    const command = open()
    await command.users.create({username: 'anna'})
    await expect(open().users.get('anna')).rejects.toMatchObject({code: 'LOCKED'})
    await expect(open(300).users.get('anna')).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
    const gateway = open(30_000)
    const found = gateway.users.get('anna')
    await command.close()
    expect(await found).toMatchObject({id: 'anna'})
    expect(await holderAddress(folder)).toBe('http://127.0.0.1:8000')
    await gateway.close()
    expect(await holderAddress(folder)).toBeUndefined()
  })
})
