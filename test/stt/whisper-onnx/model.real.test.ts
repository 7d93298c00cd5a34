import {juneNanoPath} from '@essence/core/stt/june-nano'
import {type Encoded, WhisperModel} from '@essence/core/stt/whisper-onnx/model'
import {suppressedTokens} from '@essence/core/stt/whisper-onnx/rules'
import type {Shortlist} from '@essence/core/stt/whisper-onnx/shortlist'
import {specialTokens, WhisperVocabulary} from '@essence/core/stt/whisper-onnx/tokens'
import {beforeAll, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {spoken} from '../spoken.ts'
import {shortlistFrom} from './shortlist.ts'

let model: WhisperModel
let encoded: Encoded
beforeAll(async () => {
  model = await WhisperModel.load(await juneNanoPath(temporaryFolder()), 1)
  const [sound = new Float32Array()] = await spoken(['set a timer for ten minutes'])
  encoded = await model.encode(sound, 300)
})

it('beams that go on from one another give the logits of their texts, each decoded alone', async () => {
  const prompt = [1, 2, 3]
  const alone = async (tokens: number[]): Promise<Shortlist> => {
    model.begin()
    return (await model.take([...prompt, ...tokens], encoded)).next
  }
  // The second beam goes on twice, and the first not at all; then one of them is left alone.
  const texts = [
    [11, 20, 30],
    [11, 21, 31],
    [12, 22, 32],
  ]
  const expected: Shortlist[] = []
  for (const text of texts) expected.push(await alone(text))
  const last = await alone([11, 21, 31, 40])

  model.begin()
  await model.take(prompt, encoded)
  await model.extend(
    [
      {from: 0, token: 10},
      {from: 0, token: 11},
      {from: 0, token: 12},
    ],
    encoded,
  )
  await model.extend(
    [
      {from: 1, token: 20},
      {from: 1, token: 21},
      {from: 2, token: 22},
    ],
    encoded,
  )
  const found = await model.extend(
    [
      {from: 0, token: 30},
      {from: 1, token: 31},
      {from: 2, token: 32},
    ],
    encoded,
  )
  // Words that are as likely as one another may change places; what the first is, and all else, stays.
  const apart = (a: Shortlist, b: Shortlist): number =>
    Math.max(...a.logits.map((one, i) => Math.abs(one - (b.logits[i] ?? 0))), Math.abs(a.rest - b.rest))
  // Positions are brought to 8 bits on the way: what is computed together differs in the last places.
  for (const [i, logits] of found.entries()) expect(apart(logits, expected[i] as Shortlist)).toBeLessThan(0.01)
  expect(apart(expected[0] as Shortlist, expected[1] as Shortlist)).toBeGreaterThan(0.1)
  const [left] = await model.extend([{from: 1, token: 40}], encoded)
  expect(apart(left as Shortlist, last)).toBeLessThan(0.01)
})

it('gives of all logits those that a search looks at, and how likely the others are together', async () => {
  model.begin()
  const {logits, next} = await model.take([1, 2, 3, 11, 20], encoded)
  const {shape, words} = model.contents
  const special = specialTokens(shape.vocabulary)
  const wanted = shortlistFrom(logits, special, suppressedTokens(special, new WhisperVocabulary(words, special.end)))
  expect(next.logits).toEqual(wanted.logits)
  expect(next.tokens[0]).toBe(wanted.tokens[0])
  expect(next.rest).toBeCloseTo(wanted.rest, 3)
})
