// Answers in a voice channel that fail, or are not given to their end.
import {EssenceError} from '@essence/core/kit/errors'
import {expect, it} from 'vitest'
import {missingOpenssl} from '../../../../test/rpc/authority.ts'
import {alice, eventually, openVoice, tone, toneEngines, wordMs} from './open-voice.ts'

it.skipIf(missingOpenssl)(
  `says once in the chat that an answer failed, and answers the next${missingOpenssl}`,
  async () => {
    let asked = 0
    const answer = (): string => {
      if (++asked <= 2) throw new EssenceError('ENGINE_UNAVAILABLE', 'The model at 10.0.0.7 is away.')
      return 'It is a colour.'
    }
    const {peer, join, spoke} = await openVoice({engines: toneEngines({300: 'what is red'}, {answer})})
    const person = peer.enter(alice, '1000')
    await join()
    for (const turn of [1, 2, 3]) {
      await person.say(tone(300, 900))
      await eventually(() => spoke().length).toBe(turn)
    }
    expect(spoke().map(({status}) => status)).toEqual(['failed', 'failed', 'completed'])
    expect(peer.told.map(({text}) => text)).toEqual([expect.not.stringMatching(/10\.0\.0\.7/)])
  },
)

it.skipIf(missingOpenssl)(`answers nobody who may not talk to her any more${missingOpenssl}`, async () => {
  let isAllowed = true
  const engines = toneEngines({300: 'what is red'})
  const {peer, join, spoke} = await openVoice({engines, allows: () => isAllowed})
  const person = peer.enter(alice, '1000')
  await join()
  await person.say(tone(300, 900))
  await eventually(() => spoke().length).toBe(1)
  const before = engines.trace.requests.length
  isAllowed = false
  await person.say(tone(300, 900))
  await new Promise(resolve => setTimeout(resolve, 1500))
  expect(engines.trace.requests).toHaveLength(before)
  expect(peer.told).toEqual([])
})

it.skipIf(missingOpenssl)(
  `says what she has begun before she leaves for good, as long as there is time${missingOpenssl}`,
  async () => {
    const engines = toneEngines({300: 'what is red'}, {answer: ['It is the colour of some of the flowers in spring.']})
    const {peer, join, channels, spoke} = await openVoice({engines})
    const person = peer.enter(alice, '1000')
    await join()
    await person.say(tone(300, 900))
    await eventually(() => peer.heard.length).toBeGreaterThan(10)
    await channels.close(AbortSignal.timeout(10_000))
    expect(spoke()).toMatchObject([{status: 'completed'}])
    // But for what was on its way when it counted as heard.
    expect(peer.heard.filter(({isSilence}) => !isSilence).length * 20).toBeGreaterThan(11 * wordMs - 150)
    await expect(channels.join(peer.guildId, '1000')).rejects.toMatchObject({code: 'CANCELLED'})
  },
)
