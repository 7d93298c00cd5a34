import {mockVoiceEngine} from '@essence/core/tts/mock'
import type {SynthesisOptions} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {describe, expect, it} from 'vitest'
import {collected} from '../../collected.ts'
import {joined} from '../pitch.ts'

const sampleRate = 24_000

/** A vowel that ends loudly: whatever cuts it off in the middle of a wave is heard. */
const vowelOf = (ms: number): Float32Array =>
  Float32Array.from({length: (ms * sampleRate) / 1000}, (_, i) => {
    let sum = 0
    for (let k = 1; k <= 6; k++) sum += Math.sin((2 * Math.PI * 130 * k * i) / sampleRate + k) / k
    return 0.2 * sum
  })

/** The loudest of the last samples of each stretch of sound, and where each begins and ends. */
const stretches = (audio: Float32Array): {last: number; first: number; samples: number}[] => {
  const found: {last: number; first: number; samples: number}[] = []
  let [from, quiet] = [-1, 0]
  const end = (to: number): void => {
    const edge = (at: number): number => Math.abs(audio[at] ?? 0)
    found.push({first: edge(from), last: Math.max(edge(to - 1), edge(to - 2)), samples: to - from})
    from = -1
  }
  for (let i = 0; i < audio.length; i++) {
    quiet = audio[i] === 0 ? quiet + 1 : 0
    if (from < 0 && quiet === 0) from = i
    else if (from >= 0 && quiet > sampleRate / 20) end(i + 1 - quiet)
  }
  if (from >= 0) end(audio.length - quiet)
  return found
}

describe('the end of a clause', () => {
  it.each<[string, SynthesisOptions]>([
    ['as spoken', {}],
    ['higher', {pitch: 9}],
    ['lower', {pitch: -9}],
    ['a little higher', {pitch: 2}],
    ['faster', {speed: 1.3}],
    ['twice as fast', {speed: 2}],
    ['slower', {speed: 0.6}],
    ['faster and higher', {speed: 1.3, pitch: 5}],
    ['happy', {style: 'happy'}],
    ['sad', {style: 'sad'}],
  ])('%s is no click, and nothing is lost of its length', async (_, options) => {
    const lengths = [700, 913, 1181]
    let clause = 0
    const tts = textToSpeech({
      ...mockVoiceEngine,
      native: {speed: false, pitch: 0},
      async *speak() {
        yield {pcm: vowelOf(lengths[clause++] ?? 500), sampleRate}
      },
    })
    const audio = joined(await collected(tts.synthesize('This is one. Here is two. And three.', options)))
    const found = stretches(audio)
    expect(found).toHaveLength(lengths.length)
    for (const {first, last} of found) {
      expect(first).toBeLessThan(0.005)
      expect(last).toBeLessThan(0.005)
    }
    if (options.style) return
    for (const [i, {samples}] of found.entries()) {
      const expected = ((lengths[i] ?? 0) * sampleRate) / 1000 / (options.speed ?? 1)
      expect(Math.abs(samples / expected - 1)).toBeLessThan(0.03)
    }
  })
})
