// Who may talk to bots, by the routes of admins.
import {openChannelAccess} from '@essence/core/access/channel/open'
import type {Role} from '@essence/core/access/port'
import {expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {client as clientOf, openAccounts} from './open-accounts.ts'

const open = async () => {
  const dataDir = temporaryFolder()
  const settings = {JUNE_DATA_DIR: dataDir, POSTGRES_URL: undefined, TIME_ZONE: undefined}
  const openChannels = () => openChannelAccess(settings, {named: [{channel: 'telegram', owners: ['1'], allowed: []}]})
  const door = await openAccounts({dataDir, openChannels})
  const bot = await openChannels()
  onTestFinished(async () => {
    await bot.close()
    await door[Symbol.asyncDispose]()
  })
  const clientAs = async (role: Role) => {
    const {accessToken} = await door.access.issue('boss', {roles: [role]})
    const ask = clientOf(door.address, accessToken)
    return (method: string, path = '', body?: object) => ask(method, `/admin/channels${path}`, body)
  }
  return {bot, clientAs}
}

it('show who asks, let them in, block and unblock; the bot knows at once', async () => {
  const {bot, clientAs} = await open()
  const ask = await clientAs('admin')
  const person = {channel: 'telegram', kind: 'person', id: '42'} as const
  const asked = await bot.ask({...person, name: 'Ada'}, 'telegram:4711')
  const code = asked?.pairing.code
  expect((await ask('GET')).body).toMatchObject({
    waiting: [{...person, name: 'Ada', code}],
    known: [{id: '1', standing: 'owner'}],
  })
  expect(await ask('POST', '/approve', {code})).toMatchObject({status: 200, body: {id: '42', code}})
  expect((await ask('GET')).body).toMatchObject({
    waiting: [],
    known: [{id: '1'}, {id: '42', standing: 'allowed', by: 'gateway:boss'}],
  })
  expect((await ask('POST', '/block', {channel: 'telegram', id: '42', reason: 'noise'})).body).toMatchObject({
    ...{standing: 'blocked', reason: 'noise'},
  })
  expect((await ask('POST', '/unblock', {channel: 'telegram', id: '42'})).body).toMatchObject({standing: 'allowed'})
  expect(await ask('POST', '/unblock', {channel: 'telegram', id: '42'})).toMatchObject({
    status: 404,
    body: {error: {code: 'USER_UNKNOWN'}},
  })
  expect(await ask('POST', '/block', {channel: 'telegram', id: '1'})).toMatchObject({
    status: 403,
    body: {error: {code: 'NOT_ALLOWED'}},
  })
  expect(await ask('POST', '/approve', {code: 'ABCDEFGH'})).toMatchObject({
    status: 404,
    body: {error: {code: 'PAIRING_UNKNOWN'}},
  })
})

it('are for admins alone', async () => {
  const {clientAs} = await open()
  const ask = await clientAs('user')
  expect((await ask('GET')).status).toBe(403)
  expect((await ask('POST', '/block', {channel: 'telegram', id: '42'})).status).toBe(403)
})
