// A voice channel in which people talk to each other too.
import {expect, it} from 'vitest'
import {missingOpenssl} from '../../../../test/rpc/authority.ts'
import type {Hears} from '../../src/voice-channel/addressing/addressing.ts'
import {alice, bob, eventually, openVoice, tone, toneEngines} from './open-voice.ts'

const words = {300: 'June, what is red', 700: 'tell me about the harbour', 1500: 'shall we go for lunch'}

const openRoom = async (hears: Hears) => {
  const engines = toneEngines(words, {answer: ['It is a colour.']})
  const {peer, join, spoke} = await openVoice({engines, more: {hears: async () => hears}})
  const [one, other] = [peer.enter(alice, '1000'), peer.enter(bob, '1000')]
  await join()
  return {
    ...{one, other, spoke, peer},
    asked: () => engines.trace.requests.map(({text}) => text),
    heard: () => engines.sounds.map(({text}) => text),
  }
}

it.skipIf(missingOpenssl)(
  `answers who names her, and how they go on, not what they say to each other${missingOpenssl}`,
  async () => {
    const {one, other, spoke, asked, heard, peer} = await openRoom('reply')
    await other.say(tone(1500, 900))
    await eventually(heard).toContain('shall we go for lunch')
    await one.say(tone(300, 900))
    await eventually(() => spoke().length).toBe(1)
    await one.say(tone(700, 900))
    await eventually(() => spoke().length).toBe(2)
    await other.say(tone(700, 900))
    await eventually(() => heard().filter(text => text === 'tell me about the harbour').length).toBeGreaterThan(1)
    // Nobody else is left to talk to.
    peer.goOut(bob)
    await one.say(tone(1500, 900))
    await eventually(() => spoke().length).toBe(3)
    // The model was asked nothing else, not even on chance.
    expect(new Set(asked())).toEqual(
      new Set(['June, what is red', 'tell me about the harbour', 'shall we go for lunch']),
    )
    expect(asked().at(0)).toBe('June, what is red')
    expect(asked().filter(text => text === 'tell me about the harbour')).toHaveLength(1)
  },
)

it.skipIf(missingOpenssl)(`answers all in a channel for which that is chosen${missingOpenssl}`, async () => {
  const {other, spoke, asked} = await openRoom('always')
  await other.say(tone(1500, 900))
  await eventually(() => spoke().length).toBe(1)
  expect(asked()).toEqual(['shall we go for lunch'])
})
