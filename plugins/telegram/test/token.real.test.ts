// The token is in the address of every call; it must not be in anything a person or a log ever sees.
import {inspect} from 'node:util'
import {Secret} from '@essence/core/kit/secret'
import {describe, expect, it} from 'vitest'
import {type Fault, openBotApiPeer} from '../../../test/peers/bot-api.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openBotApi} from '../src/bot-api/bot-api.ts'
import {startChild} from './child.ts'
import {ada, openPeer, startService} from './harness.ts'
import {toneNote} from './voice-notes.ts'

const faults: [string, Fault][] = [
  ['a broken connection', {kind: 'broken', carriedOut: false}],
  ['garbage', {kind: 'garbage'}],
  ['401', {kind: 'refused', status: 401, description: 'Unauthorized'}],
  ['404', {kind: 'refused', status: 404, description: 'Not Found'}],
  ['409', {kind: 'refused', status: 409, description: 'Conflict: terminated by other getUpdates request'}],
  ['500', {kind: 'refused', status: 500, description: 'Internal Server Error'}],
  ['silence', {kind: 'silent', carriedOut: false}],
]

/** Everything an error shows when it is printed in full, with its causes and hidden fields. */
const shown = (error: unknown): string => inspect(error, {depth: 12, showHidden: true}) + JSON.stringify(error)

describe('an error of the Bot API', () => {
  it.each(faults)('after %s holds neither the token nor what was said', async (_, fault) => {
    const peer = await openPeer()
    const {api} = openBotApi({token: new Secret(peer.token), root: peer.root, requestTimeoutMs: 100})
    peer.fault('sendMessage', fault)
    const error = await api.sendMessage(1, 'a secret wish').catch(error => error)
    expect(error).toBeInstanceOf(Error)
    expect(shown(error)).not.toContain(peer.token.slice(5))
    expect(shown(error)).not.toContain('a secret wish')
  })

  it.each(faults)('of a download after %s does not hold the token', async (_, fault) => {
    const peer = await openPeer()
    const {download} = openBotApi({token: new Secret(peer.token), root: peer.root, requestTimeoutMs: 100})
    peer.state.files.set('x', Buffer.from('x'))
    // Garbage is no failure of a download: any bytes are.
    peer.fault('file', fault.kind === 'garbage' ? {kind: 'broken', carriedOut: false} : fault)
    const read = async (): Promise<void> => {
      for await (const _chunk of download('voice/x.oga', new AbortController().signal));
    }
    const error = await read().catch(error => error)
    expect(error).toBeInstanceOf(Error)
    expect(shown(error)).not.toContain(peer.token.slice(5))
  })

  it('without anybody to talk to does not hold the token', async () => {
    const {token, root, close} = await openBotApiPeer()
    await close()
    const {api} = openBotApi({token: new Secret(token), root, requestTimeoutMs: 1000})
    const error = await api.getMe().catch(error => error)
    expect(error).toMatchObject({code: 'REMOTE_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED')})
    expect(shown(error)).not.toContain(token.slice(5))
  })
})

it.each(faults)('no log line of a turn disturbed by %s holds the token or what was said', async (_, fault) => {
  const {peer, lines, logged} = await startService({heard: 'a secret wish', settings: {requestTimeoutMs: 100}})
  for (const method of ['getFile', 'sendMessage', 'editMessageText', 'deleteMessage', 'sendChatAction']) {
    peer.fault(method, fault)
  }
  const id = peer.userSends({from: ada, voice: {bytes: await toneNote()}})
  await logged(({id: answered, msg}) => answered === String(id) && msg === 'answered')
  expect(JSON.stringify(lines)).not.toContain(peer.token.slice(5))
  expect(JSON.stringify(lines)).not.toContain('a secret wish')
})

describe('the command', () => {
  it.each([
    [401, 'Unauthorized', 4, 'Telegram does not know the token'],
    [404, 'Not Found', 4, 'Telegram does not know the token'],
  ])('ends with the right status on %i, and never prints the token', async (status, description, exit, says) => {
    const peer = await openPeer()
    peer.fault('getMe', {kind: 'refused', status, description})
    const child = startChild(peer, temporaryFolder(), {
      ESSENCE_VERBOSE: '1',
      LOG_LEVEL: 'DEBUG',
      DEBUG: 'grammy*',
    })
    expect(await child.ended).toEqual({code: exit, signal: null})
    expect(child.output()).toContain(says)
    expect(child.output()).not.toContain(peer.token.slice(5))
  })

  it('says how to get a token when there is none', async () => {
    const peer = await openPeer()
    const child = startChild(peer, temporaryFolder(), {TELEGRAM_BOT_TOKEN: ''})
    expect(await child.ended).toEqual({code: 4, signal: null})
    expect(child.output()).toContain('TELEGRAM_BOT_TOKEN is not set')
  })

  it('ends at once when the token is revoked while it runs; the next start sends what was not sent', async () => {
    const [peer, folder] = [await openPeer(), temporaryFolder()]
    const child = startChild(peer, folder, {DRAIN_TIMEOUT_SECONDS: '600'})
    await child.says('"msg":"ready"')
    // The poll that waits brings it still.
    peer.setChaos(method =>
      method === 'getUpdates' ? undefined : {kind: 'refused', status: 401, description: 'Unauthorized'},
    )
    const asked = peer.userSends({from: ada, text: 'are you there'})
    await child.says('the answer has to wait')
    peer.setChaos(() => ({kind: 'refused', status: 401, description: 'Unauthorized'}))
    peer.userSends({from: ada, text: 'ends the poll that waits'})
    expect(await child.ended).toEqual({code: 4, signal: null})
    expect(child.output()).not.toContain(peer.token.slice(5))
    peer.setChaos(() => undefined)
    const next = startChild(peer, folder)
    await next.says(`"id":"${asked}","outcome":"sent"`)
    expect(peer.shownIn(ada)[0]?.text).toContain('are you there')
  }, 60_000)
})
