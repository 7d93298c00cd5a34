// Times of words, of a model that looks where a test says.
import type {Decoded} from '@essence/core/stt/whisper-onnx/decode'
import type {WhisperNet} from '@essence/core/stt/whisper-onnx/model'
import {specialTokens, WhisperVocabulary} from '@essence/core/stt/whisper-onnx/tokens'
import {timeWords} from '@essence/core/stt/whisper-onnx/words'
import {expect, it} from 'vitest'

const special = specialTokens(51_865)

/** @param looks the position of the audio (20 ms) where each token of the text is said, and the end */
const timed = async (pieces: string[], looks: number[], endMs: number, language = 'en') => {
  const vocabulary = new WhisperVocabulary(
    pieces.map(piece => new TextEncoder().encode(piece)),
    special.end,
  )
  const positions = 100
  const scores = async (tokens: readonly number[]): Promise<Float32Array[]> => {
    const map = new Float32Array(tokens.length * positions)
    // The row of a token looks at the one that follows.
    const first = tokens.length - looks.length - 1
    for (let row = 0; row < tokens.length; row++) map[row * positions + (looks[Math.max(0, row - first)] ?? 99)] = 50
    return [map]
  }
  const tokens = pieces.map((_, i) => i)
  const decoded: Decoded = {
    ...{tokens, logProbabilities: tokens.map(() => -0.1), averageLogProbability: -0.1, noSpeech: 0, ended: true},
    ...{language: 0, prompt: [special.start]},
  }
  const [words = []] = await timeWords({scores} as unknown as WhisperNet, vocabulary, special, {
    spans: [{startMs: 0, endMs, from: 0, to: tokens.length}],
    ...{decoded, encoded: {positions, tensors: {}}, audioMs: 2000, language},
  })
  return words
}

it('words with hyphens and apostrophes are one, with the signs around them', async () => {
  const words = await timed(
    [' is', ' ill', '-', 'dis', 'posed', ',', ' o', "'", 'clock', '.'],
    [5, 10, 15, 20, 25, 30, 40, 45, 50, 60],
    2000,
  )
  expect(words.map(({text}) => text)).toEqual(['is', 'ill-disposed,', "o'clock."])
})

it('every word has a length, in order and within its span, however the model looks', async () => {
  const words = await timed([' I', ' see', ' it', ' now'], [90, 90, 90, 90], 1840)
  expect(words.map(({endMs, startMs}) => endMs - startMs).every(ms => ms >= 19.9)).toBe(true)
  for (const [i, {startMs}] of words.entries()) expect(startMs).toBeGreaterThanOrEqual(words[i - 1]?.endMs ?? 0)
  expect(words.at(-1)?.endMs).toBeLessThanOrEqual(1840)
})

it('more words than a span has room for share it', async () => {
  const words = await timed([' a', ' b', ' c', ' d'], [1, 1, 1, 1], 20)
  expect(words.map(({startMs, endMs}) => [startMs, endMs])).toEqual([
    [0, 5],
    [5, 10],
    [10, 15],
    [15, 20],
  ])
})
