import {juneNanoPath} from '@essence/core/stt/june-nano'
import {type Encoded, WhisperModel} from '@essence/core/stt/whisper-onnx/model'
import {beforeAll, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {spoken} from '../spoken.ts'

let model: WhisperModel
let encoded: Encoded
beforeAll(async () => {
  model = await WhisperModel.load(await juneNanoPath(temporaryFolder()), 1)
  const [sound = new Float32Array()] = await spoken(['set a timer for ten minutes'])
  encoded = await model.encode(sound, 300)
})

it('beams that go on from one another give the logits of their texts, each decoded alone', async () => {
  const prompt = [1, 2, 3]
  const alone = async (tokens: number[]): Promise<Float32Array> => {
    model.begin()
    return (await model.take([...prompt, ...tokens], encoded)).slice()
  }
  // The second beam goes on twice, and the first not at all; then one of them is left alone.
  const texts = [
    [11, 20, 30],
    [11, 21, 31],
    [12, 22, 32],
  ]
  const expected: Float32Array[] = []
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
  const apart = (a: Float32Array, b: Float32Array): number =>
    Math.max(...a.map((one, i) => Math.abs(one - (b[i] ?? 0))))
  // Positions are brought to 8 bits on the way: what is computed together differs in the last places.
  for (const [i, logits] of found.entries()) expect(apart(logits, expected[i] as Float32Array)).toBeLessThan(0.01)
  expect(apart(expected[0] as Float32Array, expected[1] as Float32Array)).toBeGreaterThan(0.1)
  const [left = new Float32Array()] = await model.extend([{from: 1, token: 40}], encoded)
  expect(apart(left, last)).toBeLessThan(0.01)
})
