// What happens to the connection of a voice channel, and that June keeps it, or leaves for a reason.
import {setTimeout as delay} from 'node:timers/promises'
import {expect, it} from 'vitest'
import {op} from '../../../../test/peers/discord-voice/opcodes.ts'
import {missingOpenssl} from '../../../../test/rpc/authority.ts'
import {alice, bob, eventually, isOver, openAsked, openVoice, stranger, tone, toneEngines} from './open-voice.ts'

it.skipIf(missingOpenssl).each([
  ['breaks', 1006],
  ['is closed by a server that crashed (4015)', 4015],
])(`goes on where it was when the socket %s${missingOpenssl}`, async (_, code) => {
  const {peer, answered} = await openAsked({heartbeatMs: 200})
  await answered()
  peer.server().closeSocket(code)
  await eventually(() => peer.server().counts.resumed).toBe(1)
  await answered()
  expect(peer.server().counts.identified).toBe(1)
  expect(peer.server().counts.heartbeats).toBeGreaterThan(2)
  expect(peer.server().problems).toEqual([])
})

it.skipIf(missingOpenssl)(
  `goes on with an answer after the connection was away in the middle of it${missingOpenssl}`,
  async () => {
    const long =
      'This is a long answer that goes on and on for many words until somebody at last says that it is enough.'
    const {peer, person, spoke} = await openAsked({engines: toneEngines({300: 'what is red'}, {answer: [long]})})
    await person.say(tone(300, 900))
    const sounding = () => peer.heard.filter(({isSilence}) => !isSilence).length
    await eventually(sounding).toBeGreaterThan(60)
    await peer.moveServer()
    await eventually(() => peer.group()?.isClientIn).toBe(true)
    await eventually(() => spoke().length).toBe(1)
    expect(spoke()).toMatchObject([{status: 'completed'}])
    await eventually(() => isOver(peer.heard)).toBe(true)
    // 22 words of 250 ms, but for what was on its way.
    expect(sounding() * 20).toBeGreaterThan(22 * 250 - 400)
    expect(sounding() * 20).toBeLessThan(22 * 250 + 100)
    // Nothing of it came unencrypted, before she had a key.
    expect(peer.server().problems).toEqual([])
  },
)

it.skipIf(missingOpenssl)(`joins anew when its session is not valid any more (4006)${missingOpenssl}`, async () => {
  const {peer, answered, left} = await openAsked({more: {limits: {lostMs: 1500, pauseMs: 100}}})
  await answered()
  peer.invalidate()
  await eventually(() => peer.server().counts.identified).toBe(2)
  await eventually(() => peer.group()?.isClientIn).toBe(true)
  await answered()
  expect(left()).toBeUndefined()
})

it.skipIf(missingOpenssl)(`follows the voice server to where it moves${missingOpenssl}`, async () => {
  const {peer, answered} = await openAsked()
  await answered()
  const before = peer.server()
  await peer.moveServer()
  await eventually(() => peer.server().counts.identified).toBe(1)
  await eventually(() => peer.group()?.isClientIn).toBe(true)
  expect(peer.server().endpoint).not.toBe(before.endpoint)
  await answered()
})

it.skipIf(missingOpenssl)(`outlives what no voice server should send, and joins anew${missingOpenssl}`, async () => {
  const {peer, answered} = await openAsked({more: {limits: {pauseMs: 50}}})
  await answered()
  peer.server().raw(Buffer.alloc(10))
  peer.server().json(op.clientsConnect, {})
  await eventually(() => peer.server().counts.identified).toBe(2)
  peer.server().binary(op.proposals, Buffer.from('no proposal'))
  await eventually(() => peer.server().counts.identified).toBe(3)
  await eventually(() => peer.group()?.isClientIn).toBe(true)
  await answered()
})

it.skipIf(missingOpenssl)(`goes with whoever moves her into another channel${missingOpenssl}`, async () => {
  const {peer, channels, spoke} = await openAsked()
  const other = peer.enter(bob, '2000')
  peer.move('2000')
  await eventually(() => channels.channelOf(peer.guildId)).toBe('2000')
  await eventually(() => peer.group()?.isClientIn).toBe(true)
  await other.say(tone(300, 900))
  await eventually(() => spoke().length).toBe(1)
})

it.skipIf(missingOpenssl)(`is gone where she was thrown out, or the channel was deleted${missingOpenssl}`, async () => {
  const {peer, channels, left} = await openAsked()
  peer.kick()
  await eventually(left).toBe('removed')
  expect(channels.channelOf(peer.guildId)).toBeUndefined()
  // And may be asked back.
  await channels.join(peer.guildId, '1000')
  expect(channels.channelOf(peer.guildId)).toBe('1000')
})

it.skipIf(missingOpenssl)(`leaves a channel that nobody is in whom she may talk to${missingOpenssl}`, async () => {
  const {peer, channels, left} = await openAsked({more: {limits: {emptyMs: 300}}})
  peer.enter(stranger, '1000')
  channels.membersChanged(peer.guildId)
  peer.goOut(alice)
  channels.membersChanged(peer.guildId)
  await eventually(left).toBe('empty')
  await eventually(() => peer.channelId()).toBeUndefined()
  expect(peer.told).toMatchObject([{channelId: '1000', text: expect.stringMatching(/Nobody is here/)}])
})

it.skipIf(missingOpenssl)(`stays where somebody comes back in time${missingOpenssl}`, async () => {
  const {peer, channels, left} = await openAsked({more: {limits: {emptyMs: 600}}})
  peer.goOut(alice)
  channels.membersChanged(peer.guildId)
  await delay(200)
  peer.enter(alice, '1000')
  channels.membersChanged(peer.guildId)
  await delay(800)
  expect(left()).toBeUndefined()
})

it.skipIf(missingOpenssl)(`leaves when asked, and another channel of the server for one${missingOpenssl}`, async () => {
  const {peer, channels} = await openAsked()
  peer.enter(bob, '2000')
  await channels.join(peer.guildId, '2000')
  expect(channels.channelOf(peer.guildId)).toBe('2000')
  expect(await channels.leave(peer.guildId)).toBe('2000')
  expect(await channels.leave(peer.guildId)).toBeUndefined()
  await eventually(() => peer.channelId()).toBeUndefined()
  expect(peer.asked.at(-1)).toBeUndefined()
})

it.skipIf(missingOpenssl)(`says why where she is not let in${missingOpenssl}`, async () => {
  const {peer, channels} = await openVoice({more: {limits: {joinMs: 500}}})
  peer.faults.isGagged = true
  await expect(channels.join(peer.guildId, '1000')).rejects.toMatchObject({
    ...{code: 'REMOTE_UNREACHABLE', message: expect.stringMatching(/did not get into the voice channel 1000/)},
  })
  expect(channels.channelOf(peer.guildId)).toBeUndefined()
})

it.skipIf(missingOpenssl)(
  `waits for the client that is not connected to Discord for a while${missingOpenssl}`,
  async () => {
    const {peer, answered, left} = await openAsked({more: {limits: {lostMs: 1000, pauseMs: 50}}})
    await answered()
    peer.faults.isClientAway = true
    peer.invalidate()
    await delay(3000)
    expect(left()).toBeUndefined()
    peer.faults.isClientAway = false
    await eventually(() => peer.server().counts.identified).toBe(2)
    await eventually(() => peer.group()?.isClientIn).toBe(true)
    await answered()
  },
)

it.skipIf(missingOpenssl)(
  `ends no process where the server names a port that is none, and joins where it is right again${missingOpenssl}`,
  async () => {
    const {peer, join, lines, channels} = await openVoice({more: {limits: {pauseMs: 50, joinMs: 20_000}}})
    peer.enter(alice, '1000')
    peer.faults.udpPort = 70_000
    const joining = join()
    await eventually(() => lines.some(({msg}) => msg === 'the voice connection broke')).toBe(true)
    peer.faults.udpPort = undefined
    await joining
    expect(channels.channelOf(peer.guildId)).toBe('1000')
  },
)
