import {encodeResponse} from '@essence/core/tts/grpc/response-audio'
import {mockVoiceEngine} from '@essence/core/tts/mock'
import type {SynthesisOptions} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {expect, it} from 'vitest'

const sampleRate = 16_000
const clauseSeconds = 30

/** Thirty seconds of loud syllables: the limiter has work in every one of them. */
const speech = Float32Array.from({length: clauseSeconds * sampleRate}, (_, i) => {
  const syllable = Math.sin((Math.PI * i) / 4000) ** 2
  return 0.6 * syllable * (Math.sin(i / 20) + 0.6 * Math.sin(i / 3) + (i % 4000 < 40 ? 2 : 0))
})

/** Turns of the event loop since it was asked first. */
const tickCounter = (): {ticks: () => number; stop: () => void} => {
  let ticks = 0
  let going = true
  const next = (): void => {
    ticks++
    if (going) setImmediate(next)
  }
  setImmediate(next)
  return {ticks: () => ticks, stop: () => (going = false)}
}

/**
 * Counted by ticks and not by the clock, so that a busy machine changes nothing: whoever else waits for the event loop gets it
 * at least once for each second of sound, in each of the passes over it.
 */
it.each<[number, string, SynthesisOptions]>([
  [10, 'as the engine spoke', {}],
  [2, 'stretched', {speed: 1.5}],
  [2, 'moved in pitch', {pitch: 3}],
])(
  '%i minutes of speech, %s, never hold up the event loop for more than a second of sound',
  async (minutes, _, options) => {
    const counter = tickCounter()
    const clauseCount = (minutes * 60) / clauseSeconds
    const tts = textToSpeech({
      ...mockVoiceEngine,
      native: {speed: false, pitch: 0},
      async *speak() {
        yield {pcm: speech.slice(), sampleRate}
      },
    })
    const text = Array.from({length: clauseCount}, () => 'This is one of many sentences.').join(' ')
    let [seconds, clauses, before] = [0, 0, 0]
    let last = 0
    for await (const {pcm} of tts.synthesize(text, options)) {
      const spoken = pcm.some(sample => sample !== 0)
      if (spoken && last === 0) {
        // The first of a clause: it has been shaped since the one before was handed out.
        expect(counter.ticks() - before).toBeGreaterThan((clauseSeconds / (options.speed ?? 1)) * 1.5)
        clauses++
      } else if (spoken) {
        expect(counter.ticks()).toBeGreaterThan(before)
      }
      before = counter.ticks()
      last = spoken ? pcm.length : 0
      expect(pcm.length / sampleRate).toBeLessThanOrEqual(1)
      seconds += pcm.length / sampleRate
    }
    counter.stop()
    expect(clauses).toBe(clauseCount)
    expect(seconds * (options.speed ?? 1)).toBeGreaterThan(minutes * 60)
  },
)

it.each([
  ['words between tags', '<sub alias="1">a</sub>', 2100, 100],
  ['marks between comments, which have no sound', '。<!---->', 6000, 300],
  ['marks in other words', '<sub alias="…">a</sub>', 2100, 100],
  ['sentences of a letter', '<s>a</s>', 6000, 20],
  ['pauses', '<break/>', 6000, 20],
])('markup of %s does not hold up the event loop', async (_, piece, times, least) => {
  const tts = textToSpeech({
    ...mockVoiceEngine,
    // Without a turn of its own: those that are counted are of the text.
    async *speak() {},
  })
  const counter = tickCounter()
  for await (const _ of tts.synthesize(`<speak>${piece.repeat(times)}</speak>`, {ssml: true}));
  counter.stop()
  expect(counter.ticks()).toBeGreaterThan(least)
})

it('encodes a chunk at a time', async () => {
  const counter = tickCounter()
  const tts = textToSpeech({
    ...mockVoiceEngine,
    speak: async function* () {
      yield {pcm: speech.slice(), sampleRate}
    },
  })
  const {signal} = new AbortController()
  const sizes: number[] = []
  let before = counter.ticks()
  for await (const {bytes} of encodeResponse(tts.synthesize('One.'), {encoding: 'pcm16', sampleRate}, signal)) {
    sizes.push(bytes.length)
    if (bytes.some(byte => byte !== 0)) expect(counter.ticks()).toBeGreaterThan(before)
    before = counter.ticks()
  }
  counter.stop()
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * sampleRate)
  expect(sizes.length).toBeGreaterThanOrEqual(clauseSeconds)
})
