// Keys of a call that change with its people, and get lost.
import {setTimeout as delay} from 'node:timers/promises'
import {expect, it} from 'vitest'
import {missingOpenssl} from '../../../../test/rpc/authority.ts'
import {alice, bob, eventually, openAsked, openVoice, tone, toneEngines} from './open-voice.ts'

it.skipIf(missingOpenssl)(`is in the same group as people who come and go${missingOpenssl}`, async () => {
  const {peer, answered} = await openAsked()
  await answered()
  peer.enter(bob, '1000')
  await eventually(() => peer.group()?.executed.length).toBe(2)
  await answered()
  peer.goOut(bob)
  await eventually(() => peer.group()?.executed.length).toBe(3)
  await answered()
  expect(peer.group()?.invalidated).toBe(0)
  expect(peer.server().problems).toEqual([])
})

it.skipIf(missingOpenssl)(`forms the group where she was there first${missingOpenssl}`, async () => {
  const {peer, channels, spoke} = await openVoice({engines: toneEngines({300: 'what is red'})})
  await channels.join(peer.guildId, '1000')
  await delay(100)
  peer.enter(bob, '1000')
  await eventually(() => peer.group()?.isClientIn).toBe(true)
  peer.goOut(bob)
  await delay(100)
  const person = peer.enter(alice, '1000')
  await eventually(() => peer.group()?.isClientIn).toBe(true)
  await person.say(tone(300, 900))
  await eventually(() => spoke().length).toBe(1)
  expect(peer.server().problems).toEqual([])
})

it.skipIf(missingOpenssl)(
  `is added to the group anew where she cannot follow it, and stays${missingOpenssl}`,
  async () => {
    const {peer, answered, person} = await openAsked()
    await answered()
    await peer.loseKeys()
    const group = peer.group()
    if (group) group.isStuck = false
    await person.say(tone(300, 1500))
    // As often as enough packets could not be read.
    await eventually(() => (group?.invalidated ?? 0) > 0).toBe(true)
    peer.faults.hasLostKeys = false
    await eventually(() => group?.isClientIn).toBe(true)
    await answered()
    expect(peer.server().counts.identified).toBe(1)
    expect(peer.told).toEqual([])
  },
)

it.skipIf(missingOpenssl)(`joins anew where somebody speaks and nothing comes over UDP${missingOpenssl}`, async () => {
  const {peer, answered, person, spoke} = await openAsked({more: {limits: {deafMs: 1500, pauseMs: 50}}})
  peer.faults.lossRate = 1
  await person.say(tone(300, 900))
  await eventually(() => peer.told.length).toBe(1)
  peer.faults.lossRate = 0
  await eventually(() => peer.server().counts.identified).toBe(2)
  await eventually(() => peer.group()?.isClientIn).toBe(true)
  expect(spoke()).toEqual([])
  await answered()
})

it.skipIf(missingOpenssl)(`joins anew when she is deaf for 10 s, and says so${missingOpenssl}`, async () => {
  const {peer, answered, person, spoke} = await openAsked()
  await answered()
  await peer.loseKeys()
  const startedAt = performance.now()
  const talking = person.say(tone(300, 13_000))
  await eventually(() => peer.told.length).toBe(1)
  const toldAfterMs = performance.now() - startedAt
  expect(toldAfterMs).toBeGreaterThan(9000)
  expect(toldAfterMs).toBeLessThan(13_000)
  expect(peer.told).toMatchObject([{channelId: '1000', text: expect.stringMatching(/come back at once/)}])
  // Her joining ends it, as it does on Discord.
  peer.faults.hasLostKeys = false
  await talking
  await eventually(() => peer.server().counts.identified).toBe(2)
  await eventually(() => peer.group()?.isClientIn).toBe(true)
  // What was said of it meanwhile is over, answered or not.
  await delay(3000)
  const before = spoke().length
  await person.say(tone(300, 900))
  await eventually(() => spoke().length).toBe(before + 1)
})

it.skipIf(missingOpenssl)(
  `leaves when joining anew does not help, after as many times as are allowed${missingOpenssl}`,
  async () => {
    const {peer, person, left} = await openAsked({more: {limits: {deafMs: 700, pauseMs: 50, rejoins: 2}}})
    await peer.loseKeys()
    const talking = person.say(tone(300, 8000))
    await eventually(left).toBe('deaf')
    await talking
    expect(peer.told.map(({text}) => text)).toMatchObject([
      expect.stringMatching(/come back at once/),
      expect.stringMatching(/come back at once/),
      expect.stringMatching(/leave/),
    ])
    expect(peer.asked.filter(id => id === '1000')).toHaveLength(3)
  },
)
