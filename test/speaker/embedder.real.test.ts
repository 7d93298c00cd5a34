import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {openSpeakerEmbedder} from '@essence/core/speaker/embedder'
import {cosine} from '@essence/core/speaker/vectors'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {noise, sine} from '../audio/sounds.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {writeTinyModel} from './tiny-model.ts'

const folder = temporaryFolder()
const path = (name: string): string => join(folder, name)
let embedder: Awaited<ReturnType<typeof openSpeakerEmbedder>>
beforeAll(async () => {
  embedder = await openSpeakerEmbedder(writeTinyModel(path('tiny.onnx')))
})
afterAll(() => embedder.close())

it('makes a unit vector of any sound, the same one each time', async () => {
  expect(embedder).toMatchObject({dimension: 80, model: expect.stringMatching(/^tiny\.onnx \(sha256 [\da-f]{12}\)$/)})
  const sound = noise(16_000, 0.3)
  const [vector, again] = await Promise.all([embedder.embed(sound), embedder.embed(sound)])
  expect(cosine(vector, vector)).toBeCloseTo(1, 5)
  expect(again).toEqual(vector)
  // What was given stays with the caller.
  expect(sound).toHaveLength(16_000)
  expect(cosine(vector, await embedder.embed(sine(440, 1)))).toBeLessThan(0.9)
})

it('listens to half a minute', async () => {
  const long = noise(40 * 16_000, 0.3)
  expect(await embedder.embed(long)).toEqual(await embedder.embed(long.slice(0, 30 * 16_000)))
})

it('refuses what is too short, and silence', async () => {
  await expect(embedder.embed(noise(7999, 0.3))).rejects.toMatchObject({code: 'NO_SPEECH'})
  await expect(embedder.embed(new Float32Array(16_000))).rejects.toMatchObject({code: 'NO_SPEECH'})
})

it('can be cancelled, and goes on', async () => {
  await expect(embedder.embed(noise(16_000, 0.3), AbortSignal.abort())).rejects.toMatchObject({code: 'CANCELLED'})
  await expect(embedder.embed(noise(16_000, 0.3))).resolves.toHaveLength(80)
})

it('another file of the same name is another model', async () => {
  const other = await openSpeakerEmbedder(writeTinyModel(path('tiny.onnx'), {input: 'x'}))
  expect(other.model).toMatch(/^tiny\.onnx /)
  expect(other.model).not.toBe(embedder.model)
  await other.close()
  await expect(other.embed(noise(16_000, 0.3))).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
})

it.each<[string, string, () => void]>([
  ['no file', 'MODEL_MISSING', () => {}],
  ['no ONNX', 'MODEL_INVALID', () => writeFileSync(path('bad.onnx'), 'no model')],
  ['other bands', 'MODEL_INVALID', () => writeTinyModel(path('bad.onnx'), {bands: 40})],
  ['another input', 'MODEL_INVALID', () => writeTinyModel(path('bad.onnx'), {input: 'audio_signal'})],
])('%s is %s', async (_, code, write) => {
  write()
  await expect(openSpeakerEmbedder(path('bad.onnx'))).rejects.toMatchObject({
    code,
    message: expect.stringContaining('bad.onnx'),
  })
})
