import {join} from 'node:path'
import type {FoundAnswer, SetupStep} from '@essence/core/config/setup-step'
import {Secret} from '@essence/core/kit/secret'
import {expect, it} from 'vitest'
import type {BotApiPeer} from '../../../test/peers/bot-api.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import type {TelegramVariables} from '../src/settings.ts'
import setup from '../src/setup.ts'
import {openPeer, startService} from './harness.ts'

const settingsFor = (
  {token, root}: Pick<BotApiPeer, 'token' | 'root'>,
  folder = temporaryFolder(),
): TelegramVariables =>
  ({TELEGRAM_BOT_TOKEN: new Secret(token), TELEGRAM_API_ROOT: root, JUNE_DATA_DIR: folder}) as TelegramVariables

const step = (name: string): SetupStep<TelegramVariables> => {
  const found = setup().find(each => each.name === name)
  if (!found) throw new Error(`no step ${name}`)
  return found
}

const signal = new AbortController().signal

/** The next people found. */
const find = (peer: BotApiPeer, within = signal, folder?: string) => {
  const people = step('TELEGRAM_OWNER_USERS').find?.(settingsFor(peer, folder), within)[Symbol.asyncIterator]()
  return async (): Promise<FoundAnswer | undefined> => (await people?.next())?.value
}

it('a token is tried with Telegram itself', async () => {
  const peer = await openPeer()
  const check = step('TELEGRAM_BOT_TOKEN').check
  expect(await check?.(settingsFor(peer), signal)).toBe('@june_test_bot')
  const wrong = check?.(settingsFor({...peer, token: '4711:AAanother'}), signal)
  await expect(wrong).rejects.toMatchObject({code: 'TOKEN_REJECTED'})
})

it('finds each person who writes once, the latest first, and acknowledges nothing', async () => {
  const peer = await openPeer()
  peer.userSends({from: 7, text: 'an old message'})
  peer.userSends({from: 8, text: 'a newer one'})
  peer.userSends({from: 9, chat: {id: -100, type: 'group'}, text: 'in a group'})
  const next = find(peer)
  expect(await next()).toEqual({value: '8', told: 'Ada, id 8, wrote to the bot.'})
  expect(await next()).toMatchObject({value: '7'})
  const third = next()
  peer.userSends({from: 7, text: 'again'})
  const ada = {id: 42, is_bot: false, first_name: 'Ada', last_name: 'Lovelace', username: 'ada'}
  peer.userSends({from: 42, extra: {from: ada}, text: 'me'})
  expect(await third).toEqual({value: '42', told: 'Ada Lovelace (@ada), id 42, wrote to the bot.'})
  const polls = peer.calls.filter(({method}) => method === 'getUpdates')
  expect(polls.length).toBeGreaterThan(1)
  // An offset acknowledges what is below it, and allowed_updates would change what the service is sent.
  for (const {payload} of polls) expect(Object.keys(payload)).toEqual(['timeout'])
  expect(peer.state.updates).toHaveLength(5)
  expect(peer.state.shown).toEqual([])
})

it('ends by its signal, also while it waits', async () => {
  const peer = await openPeer()
  const over = new AbortController()
  const next = find(peer, over.signal)()
  await peer.until(() => peer.calls.length > 0)
  over.abort()
  await expect(next).rejects.toMatchObject({code: 'CANCELLED'})
})

it('says why nobody can be found where something else reads the messages', async () => {
  const peer = await openPeer()
  peer.state.webhookUrl = 'https://example.org'
  await expect(find(peer)()).rejects.toMatchObject({code: 'POLLER_CONFLICT', message: expect.stringMatching(/webhook/)})
})

it('does not take the messages of a service that runs here', async () => {
  const data = temporaryFolder()
  const {peer} = await startService({folder: join(data, 'telegram', '4711')})
  await peer.until(() => peer.calls.some(({method}) => method === 'getUpdates'))
  await expect(find(peer, signal, data)()).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringMatching(/it says your id/),
  })
  // Those of the service say which updates they are for.
  const polls = peer.calls.filter(({method}) => method === 'getUpdates')
  expect(polls.filter(({payload}) => !('allowed_updates' in payload) && !('offset' in payload))).toEqual([])
})

it('asks for the owner of a bot that is known by its name', () => {
  const lines = step('TELEGRAM_OWNER_USERS').intro?.(new Map([['TELEGRAM_BOT_TOKEN', '@june_bot']]))
  expect(lines?.join()).toContain('@june_bot (https://t.me/june_bot)')
})
