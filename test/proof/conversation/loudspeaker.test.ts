import {heardFromMs, openLoudspeaker, soundingSpans} from '@essence/core/proof/conversation/loudspeaker'
import {expect, it} from 'vitest'

const sampleRate = 24_000
const sound = (ms: number, level = 0.5) => ({
  ...{response: 'r', item: 'i', sampleRate},
  pcm: new Float32Array((ms * sampleRate) / 1000).fill(level),
})

it('plays what comes one after the other, and knows when it was silent', () => {
  const speaker = openLoudspeaker()
  speaker.push(sound(100, 0), 1000)
  speaker.push(sound(100), 1010)
  speaker.push(sound(100), 1900)
  expect(speaker.played.map(({startMs, endMs}) => [startMs, endMs])).toEqual([
    [1000, 1100],
    [1100, 1200],
    [1900, 2000],
  ])
  expect(heardFromMs(speaker.played, 'r')).toBe(1100)
  expect(heardFromMs(speaker.played, 'another')).toBeUndefined()
  expect(soundingSpans(speaker.played)).toEqual([
    {startMs: 1000, endMs: 1200},
    {startMs: 1900, endMs: 2000},
  ])
  expect([999, 1150, 1500, 1999, 2000].map(ms => speaker.playing(ms))).toEqual([
    undefined,
    'r',
    undefined,
    'r',
    undefined,
  ])
})

it('drops what is not played yet, and tells how much was heard', () => {
  const speaker = openLoudspeaker()
  for (let i = 0; i < 5; i++) speaker.push(sound(100), 0)
  expect(speaker.clear(230)).toEqual({response: 'r', item: 'i', heardMs: 230})
  expect(speaker.playing(240)).toBeUndefined()
  expect(speaker.clear(240)).toBeUndefined()
  speaker.push(sound(100), 300)
  expect(speaker.playing(350)).toBe('r')
})

it('gives out what it plays, where it plays it', () => {
  const speaker = openLoudspeaker()
  speaker.push(sound(10), 5)
  const out = speaker.sound(0, 480)
  expect([out[119], out[120], out[359], out[361]]).toEqual([0, 0.5, 0.5, 0])
})
