// Whatever becomes of the connection, each message is taken once, and none is missed.
import {openChannelAccess} from '@essence/core/access/channel/open'
import {GatewayIntentBits, GatewayOpcodes} from 'discord.js'
import {describe, expect, it} from 'vitest'
import {ada, generalOf, openPeer, startService, textsIn} from './harness.ts'

const identifies = 'Identify'

const started = async (options: Parameters<typeof startService>[0] = {}) => {
  const service = await startService(options)
  const {peer} = service
  const count = (op: keyof typeof GatewayOpcodes): number => peer.gateway.receivedOf(GatewayOpcodes[op]).length
  return {...service, count}
}

describe('a session goes on, with what was said meanwhile', () => {
  it.each<[string, (peer: Awaited<ReturnType<typeof openPeer>>) => void]>([
    ['the connection drops', peer => peer.gateway.drop()],
    ['Discord asks to connect anew', peer => peer.gateway.askToReconnect()],
    ['the session timed out (4009)', peer => peer.gateway.closeWith(4009)],
    ['Discord does not know what happened (4000)', peer => peer.gateway.closeWith(4000)],
    ['the session is said to be invalid, but to be resumed', peer => peer.gateway.invalidate(true)],
  ])('where %s', async (_, breakIt) => {
    const {peer, done, direct, count} = await started()
    await done(peer.userSends({text: 'before'}))
    breakIt(peer)
    const id = peer.userSends({text: 'meanwhile'})
    await done(id)
    await done(peer.userSends({text: 'after'}))
    expect(textsIn(peer, direct)).toEqual(['You said: before.', 'You said: meanwhile.', 'You said: after.'])
    expect(count(identifies)).toBe(1)
    expect(count('Resume')).toBe(1)
  })

  it('where heartbeats are not answered any more', async () => {
    const peer = await openPeer({heartbeatMs: 300})
    const {done, count, direct} = await started({peer})
    peer.gateway.setHeartbeatsAcknowledged(false)
    await peer.until(() => count('Resume') > 0)
    peer.gateway.setHeartbeatsAcknowledged(true)
    await done(peer.userSends({text: 'still there?'}))
    expect(textsIn(peer, direct)).toEqual(['You said: still there?.'])
  })
})

it('a stop is no break of the connection', async () => {
  const {stop, lines} = await started()
  await stop()
  expect(lines.map(({msg}) => msg)).not.toContainEqual(expect.stringContaining('the connection to Discord broke'))
})

describe('a session that is lost begins anew, and what was missed is read', () => {
  it.each<[string, (peer: Awaited<ReturnType<typeof openPeer>>) => void]>([
    ['it is said to be invalid for good', peer => peer.gateway.invalidate(false)],
    [
      'it is unknown when it is to go on',
      peer => {
        peer.gateway.forgetSessions()
        peer.gateway.drop()
      },
    ],
  ])('where %s', async (_, loseIt) => {
    const {peer, done, direct, count} = await started()
    const general = generalOf(peer)
    await done(peer.userSends({text: 'before'}))
    loseIt(peer)
    peer.gateway.forgetSessions()
    peer.userSends({text: 'missed'})
    peer.userSends({channel: general, text: 'not for June'})
    const mention = peer.userSends({channel: general, text: '<@4711> missed too'})
    await done(mention)
    await peer.until(() => peer.shownIn(direct).length === 2)
    await done(peer.userSends({text: 'after'}))
    expect(textsIn(peer, direct)).toEqual(['You said: before.', 'You said: missed.', 'You said: after.'])
    expect(textsIn(peer, general)).toEqual(['You said: missed too.'])
    expect(count(identifies)).toBe(2)
  })

  it('also while the service was not there, each message once, also where reading stumbles', async () => {
    const peer = await openPeer()
    const first = await started({peer})
    const {direct, folder} = first
    const general = generalOf(peer)
    const thread = peer.openChannel('a thread', 11)
    await first.done(peer.userSends({text: 'before'}))
    await first.stop()
    peer.gateway.forgetSessions()
    for (let n = 0; n < 120; n++) peer.userSends({channel: general, text: `chatter ${n}`})
    peer.userSends({text: 'missed'})
    peer.userSends({channel: thread, text: '<@4711> in a thread'})
    peer.userSends({channel: general, text: '<@4711> in a channel'})
    peer.fault('getMessages', {kind: 'refused', status: 502})
    peer.fault('getMessages', {kind: 'refused', status: 429, retryAfter: 0.1})
    peer.fault('getMessages', {kind: 'broken', carriedOut: true})
    const second = await started({peer, folder})
    const shown = () => [direct, general, thread].flatMap(id => textsIn(peer, id))
    await peer.until(() => shown().length >= 4)
    await second.done(peer.userSends({text: 'after'}))
    expect(textsIn(peer, direct)).toEqual(['You said: before.', 'You said: missed.', 'You said: after.'])
    expect(textsIn(peer, general)).toEqual(['You said: in a channel.'])
    expect(textsIn(peer, thread)).toEqual(['You said: in a thread.'])
  })

  it('but not what was deleted meanwhile, also where it was stored before', async () => {
    const peer = await openPeer()
    const first = await started({peer, answer: () => new Promise(() => {})})
    const {direct, folder, requests} = first
    const gone = peer.userSends({text: 'forget that'})
    await expect.poll(() => requests.length).toBe(1)
    const kept = peer.userSends({text: 'still here'})
    await first.stop(AbortSignal.abort())
    peer.gateway.forgetSessions()
    peer.userDeletes(gone)
    const second = await started({peer, folder})
    await second.done(kept)
    await second.done(peer.userSends({text: 'after'}))
    expect(textsIn(peer, direct)).toEqual(['You said: still here.', 'You said: after.'])
    expect(second.requests.map(({text}) => text)).toEqual(['still here', 'after'])
  })

  it('and is answered where Discord cannot say whether it is still there', async () => {
    const peer = await openPeer()
    const first = await started({peer, answer: () => new Promise(() => {})})
    const id = peer.userSends({text: 'hello'})
    await expect.poll(() => first.requests.length).toBe(1)
    await first.stop(AbortSignal.abort())
    peer.fault('getMessage', {kind: 'refused', status: 503})
    const second = await started({peer, folder: first.folder})
    await second.done(id)
    expect(textsIn(peer, first.direct)).toEqual(['You said: hello.'])
  })

  it('but not what was said before June was there for the first time, nor in a channel she may not read', async () => {
    const peer = await openPeer()
    const general = generalOf(peer)
    peer.userSends({channel: general, text: '<@4711> old'})
    const first = await started({peer})
    await first.done(peer.userSends({text: 'hello'}))
    await first.stop()
    peer.gateway.forgetSessions()
    peer.userSends({channel: general, text: '<@4711> hidden'})
    peer.fault('getMessages', {kind: 'refused', status: 403, code: 50001, message: 'Missing Access'}, 2)
    const second = await started({peer, folder: first.folder})
    await second.done(peer.userSends({text: 'after'}))
    expect(textsIn(peer, general)).toEqual([])
  })
})

describe('the first words of a person', () => {
  it('are answered, also where they came while the service was not there', async () => {
    const peer = await openPeer()
    const settings = {users: [ada, '43']}
    const first = await started({peer, settings})
    await first.done(peer.userSends({text: 'hello'}))
    await first.stop()
    peer.gateway.forgetSessions()
    const id = peer.userSends({from: '43', text: 'my first'})
    const second = await started({peer, folder: first.folder, settings})
    await second.done(id)
    expect(textsIn(peer, peer.directOf('43'))).toEqual(['You said: my first.'])
  })

  it('are answered where an owner let them in who has not asked', async () => {
    const peer = await openPeer()
    const first = await started({peer})
    await first.done(peer.userSends({text: 'hello'}))
    await first.stop()
    const {folder} = first
    const access = await openChannelAccess({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined, TIME_ZONE: undefined})
    await access.allow({channel: 'discord', kind: 'person', id: '43'}, {by: 'test'})
    await access.close()
    peer.gateway.forgetSessions()
    const id = peer.userSends({from: '43', text: 'my first'})
    const second = await started({peer, folder})
    await second.done(id)
    expect(textsIn(peer, peer.directOf('43'))).toEqual(['You said: my first.'])
  })
})

describe('an event', () => {
  it('that comes twice is answered once', async () => {
    const {peer, done, direct, requests} = await started()
    const id = peer.userSends({text: 'hello'})
    peer.gateway.repeatLast('MESSAGE_CREATE')
    await done(id)
    peer.gateway.repeatLast('MESSAGE_CREATE')
    await done(peer.userSends({text: 'last'}))
    expect(textsIn(peer, direct)).toEqual(['You said: hello.', 'You said: last.'])
    expect(requests).toHaveLength(2)
  })

  it('that is malformed, or of a kind that is new, changes nothing', async () => {
    const {peer, done, direct} = await started()
    peer.gateway.dispatch('MESSAGE_CREATE', {id: 'x', channel_id: direct, author: {id: ada}})
    peer.gateway.dispatch('MESSAGE_UPDATE', {id: '5', channel_id: direct})
    peer.gateway.dispatch('INTERACTION_CREATE', {
      id: '5',
      type: 99,
      token: 't',
      channel_id: direct,
      application_id: '1',
    })
    peer.gateway.dispatch('SOMETHING_NEW', {})
    await done(peer.userSends({text: 'hello'}))
    expect(textsIn(peer, direct)).toEqual(['You said: hello.'])
  })
})

describe('a connection that Discord refuses', () => {
  const withoutContent = 0xffff_ffff & ~GatewayIntentBits.MessageContent

  it('because the bot may not read what people write ends the start, and says which switch it is', async () => {
    const peer = await openPeer({allowedIntents: withoutContent})
    const {starting} = await startService({peer, start: false})
    expect(await starting.catch((error: unknown) => error)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('4014'),
      suggestions: [expect.stringContaining('Message Content Intent'), expect.any(String)],
    })
  })

  it.each([
    [4004, 'TOKEN_REJECTED'],
    [4014, 'CONFIG_INVALID'],
    [4013, 'REMOTE_REFUSED'],
  ])('with %i while it runs ends the service with %s', async (code, expected) => {
    const {peer, fatal, health} = await startService()
    peer.gateway.closeWith(code)
    await peer.until(() => fatal.length > 0)
    expect(fatal[0]).toMatchObject({code: expected})
    expect(JSON.stringify(health.report())).toContain('unhealthy')
  })

  it('before there is a network is waited for', async () => {
    const peer = await openPeer()
    peer.fault('me', {kind: 'broken', carriedOut: false})
    peer.fault('gateway', {kind: 'refused', status: 503}, 5)
    const {starting, direct, logged, lines} = await startService({peer, start: false})
    await starting
    expect(lines.filter(({msg}) => String(msg).startsWith('Discord is out of reach')).length).toBeGreaterThan(0)
    const id = peer.userSends({text: 'hello'})
    await logged(line => line.msg === 'answered' && line['id'] === id)
    expect(textsIn(peer, direct)).toEqual(['You said: hello.'])
  })
})
