// What happens to the connection of a voice channel, and that June keeps it, or leaves for a reason.
import {setTimeout as delay} from 'node:timers/promises'
import {expect, it} from 'vitest'
import {op} from '../../../../test/peers/discord-voice/opcodes.ts'
import {missingOpenssl} from '../../../../test/rpc/authority.ts'
import {alice, bob, openVoice, stranger, tone, toneEngines} from './open-voice.ts'

const until = <T>(what: () => T) => expect.poll(what, {timeout: 30_000, interval: 20})

const open = async (more: Parameters<typeof openVoice>[0] = {}) => {
  const engines = toneEngines({300: 'what is red'}, {answer: ['It is a colour.']})
  const voice = await openVoice({engines, ...more})
  const person = voice.peer.enter(alice, '1000')
  await voice.join()
  let turns = 0
  return {
    ...{...voice, person, engines},
    /** Somebody asks, and is answered, both to be heard. */
    async answered(): Promise<void> {
      const packets = voice.peer.heard.length
      await person.say(tone(300, 900))
      await until(() => voice.spoke().length).toBe(++turns)
      expect(voice.spoke().at(-1)).toMatchObject({status: 'completed'})
      await until(() => voice.peer.heard.slice(packets).filter(({isSilence}) => !isSilence).length).toBeGreaterThan(45)
    },
    left: () => voice.lines.find(({msg}) => msg === 'left the voice channel')?.['reason'],
  }
}

it.skipIf(missingOpenssl)(`is in the same group as people who come and go${missingOpenssl}`, async () => {
  const {peer, answered} = await open()
  await answered()
  peer.enter(bob, '1000')
  await until(() => peer.group()?.executed.length).toBe(2)
  await answered()
  peer.goOut(bob)
  await until(() => peer.group()?.executed.length).toBe(3)
  await answered()
  expect(peer.group()?.invalidated).toBe(0)
  expect(peer.server().problems).toEqual([])
})

it.skipIf(missingOpenssl)(`forms the group where she was there first${missingOpenssl}`, async () => {
  const {peer, channels, spoke} = await openVoice({engines: toneEngines({300: 'what is red'})})
  await channels.join(peer.guildId, '1000')
  await delay(100)
  peer.enter(bob, '1000')
  await until(() => peer.group()?.isClientIn).toBe(true)
  peer.goOut(bob)
  await delay(100)
  const person = peer.enter(alice, '1000')
  await until(() => peer.group()?.isClientIn).toBe(true)
  await person.say(tone(300, 900))
  await until(() => spoke().length).toBe(1)
  expect(peer.server().problems).toEqual([])
})

it.skipIf(missingOpenssl).each([
  ['breaks', 1006],
  ['is closed by a server that crashed (4015)', 4015],
])(`goes on where it was when the socket %s${missingOpenssl}`, async (_, code) => {
  const {peer, answered} = await open({heartbeatMs: 200})
  await answered()
  peer.server().closeSocket(code)
  await until(() => peer.server().counts.resumed).toBe(1)
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
    const {peer, person, spoke} = await open({engines: toneEngines({300: 'what is red'}, {answer: [long]})})
    await person.say(tone(300, 900))
    const sounding = () => peer.heard.filter(({isSilence}) => !isSilence).length
    await until(sounding).toBeGreaterThan(60)
    await peer.moveServer()
    await until(() => peer.group()?.isClientIn).toBe(true)
    await until(() => spoke().length).toBe(1)
    expect(spoke()).toMatchObject([{status: 'completed'}])
    await until(() => peer.heard.at(-1)?.isSilence).toBe(true)
    // 22 words of 250 ms, but for what was on its way.
    expect(sounding() * 20).toBeGreaterThan(22 * 250 - 400)
    expect(sounding() * 20).toBeLessThan(22 * 250 + 100)
    // Nothing of it came unencrypted, before she had a key.
    expect(peer.server().problems).toEqual([])
  },
)

it.skipIf(missingOpenssl)(`joins anew when its session is not valid any more (4006)${missingOpenssl}`, async () => {
  const {peer, answered, left} = await open({more: {limits: {lostMs: 1500, pauseMs: 100}}})
  await answered()
  peer.invalidate()
  await until(() => peer.server().counts.identified).toBe(2)
  await until(() => peer.group()?.isClientIn).toBe(true)
  await answered()
  expect(left()).toBeUndefined()
})

it.skipIf(missingOpenssl)(`follows the voice server to where it moves${missingOpenssl}`, async () => {
  const {peer, answered} = await open()
  await answered()
  const before = peer.server()
  await peer.moveServer()
  await until(() => peer.server().counts.identified).toBe(1)
  await until(() => peer.group()?.isClientIn).toBe(true)
  expect(peer.server().endpoint).not.toBe(before.endpoint)
  await answered()
})

it.skipIf(missingOpenssl)(`outlives what no voice server should send, and joins anew${missingOpenssl}`, async () => {
  const {peer, answered} = await open({more: {limits: {pauseMs: 50}}})
  await answered()
  peer.server().raw(Buffer.alloc(10))
  peer.server().json(op.clientsConnect, {})
  await until(() => peer.server().counts.identified).toBe(2)
  peer.server().binary(op.proposals, Buffer.from('no proposal'))
  await until(() => peer.server().counts.identified).toBe(3)
  await until(() => peer.group()?.isClientIn).toBe(true)
  await answered()
})

it.skipIf(missingOpenssl)(`goes with whoever moves her into another channel${missingOpenssl}`, async () => {
  const {peer, channels, spoke} = await open()
  const other = peer.enter(bob, '2000')
  peer.move('2000')
  await until(() => channels.channelOf(peer.guildId)).toBe('2000')
  await until(() => peer.group()?.isClientIn).toBe(true)
  await other.say(tone(300, 900))
  await until(() => spoke().length).toBe(1)
})

it.skipIf(missingOpenssl)(`is gone where she was thrown out, or the channel was deleted${missingOpenssl}`, async () => {
  const {peer, channels, left} = await open()
  peer.kick()
  await until(left).toBe('removed')
  expect(channels.channelOf(peer.guildId)).toBeUndefined()
  // And may be asked back.
  await channels.join(peer.guildId, '1000')
  expect(channels.channelOf(peer.guildId)).toBe('1000')
})

it.skipIf(missingOpenssl)(`leaves a channel that nobody is in whom she may talk to${missingOpenssl}`, async () => {
  const {peer, channels, left} = await open({more: {limits: {emptyMs: 300}}})
  peer.enter(stranger, '1000')
  channels.membersChanged(peer.guildId)
  peer.goOut(alice)
  channels.membersChanged(peer.guildId)
  await until(left).toBe('empty')
  await until(() => peer.channelId()).toBeUndefined()
  expect(peer.told).toMatchObject([{channelId: '1000', text: expect.stringMatching(/Nobody is here/)}])
})

it.skipIf(missingOpenssl)(`stays where somebody comes back in time${missingOpenssl}`, async () => {
  const {peer, channels, left} = await open({more: {limits: {emptyMs: 600}}})
  peer.goOut(alice)
  channels.membersChanged(peer.guildId)
  await delay(200)
  peer.enter(alice, '1000')
  channels.membersChanged(peer.guildId)
  await delay(800)
  expect(left()).toBeUndefined()
})

it.skipIf(missingOpenssl)(`leaves when asked, and another channel of the server for one${missingOpenssl}`, async () => {
  const {peer, channels} = await open()
  peer.enter(bob, '2000')
  await channels.join(peer.guildId, '2000')
  expect(channels.channelOf(peer.guildId)).toBe('2000')
  expect(await channels.leave(peer.guildId)).toBe(true)
  expect(await channels.leave(peer.guildId)).toBe(false)
  await until(() => peer.channelId()).toBeUndefined()
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

it.skipIf(missingOpenssl)(`joins anew when she is deaf for 10 s, and says so${missingOpenssl}`, async () => {
  const {peer, answered, person, spoke} = await open()
  await answered()
  await peer.loseKeys()
  const startedAt = performance.now()
  const talking = person.say(tone(300, 13_000))
  await until(() => peer.told.length).toBe(1)
  const toldAfterMs = performance.now() - startedAt
  expect(toldAfterMs).toBeGreaterThan(9000)
  expect(toldAfterMs).toBeLessThan(13_000)
  expect(peer.told).toMatchObject([{channelId: '1000', text: expect.stringMatching(/join again/)}])
  // Her joining ends it, as it does on Discord.
  peer.faults.hasLostKeys = false
  await talking
  await until(() => peer.server().counts.identified).toBe(2)
  await until(() => peer.group()?.isClientIn).toBe(true)
  // What was said of it meanwhile is over, answered or not.
  await delay(3000)
  const before = spoke().length
  await person.say(tone(300, 900))
  await until(() => spoke().length).toBe(before + 1)
})

it.skipIf(missingOpenssl)(
  `leaves when joining anew does not help, after as many times as are allowed${missingOpenssl}`,
  async () => {
    const {peer, person, left} = await open({more: {limits: {deafMs: 700, pauseMs: 50, rejoins: 2}}})
    await peer.loseKeys()
    const talking = person.say(tone(300, 8000))
    await until(left).toBe('deaf')
    await talking
    expect(peer.told.map(({text}) => text)).toMatchObject([
      expect.stringMatching(/join again/),
      expect.stringMatching(/join again/),
      expect.stringMatching(/leave/),
    ])
    expect(peer.asked.filter(id => id === '1000')).toHaveLength(3)
  },
)
