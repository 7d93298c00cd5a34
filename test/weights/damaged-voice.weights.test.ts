// What a voice's files may be when they are not what they should be.
import {readFileSync} from 'node:fs'
import {copyFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {openVoiceFile} from '@essence/core/tts/onnx/open-voice-file'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'
import {spokenClause} from '../tts/text/spoken-clause.ts'
import {kokoro, piper, whisper} from './published.ts'

const {path: voice} = piper
const missing = piper.missing || kokoro.missing || whisper.base.missing
const config = missing ? {} : JSON.parse(readFileSync(`${voice}.json`, 'utf8'))
const model = missing ? Buffer.alloc(0) : readFileSync(voice)

/** The voice under another name, with a description changed. */
const written = async (bytes: Buffer, changes: object | null = {}): Promise<string> => {
  const path = join(temporaryFolder(), 'en_US-joe-medium.onnx')
  await writeFile(path, bytes)
  if (changes) await writeFile(`${path}.json`, JSON.stringify({...config, ...changes}))
  return path
}

describe.skipIf(missing)(`a published Piper voice${missing}`, () => {
  it.each([
    ['is cut off', () => written(model.subarray(0, 1_000_000)), '.onnx is no model'],
    ['lacks its last bytes', () => written(model.subarray(0, -1000)), '.onnx is no model'],
    ['is empty', () => written(Buffer.alloc(0)), '.onnx is no model'],
    // The last byte is the version of the operators.
    [
      'has an opset of the future',
      () => written(Buffer.concat([model.subarray(0, -1), Buffer.of(99)])),
      '.onnx is no model',
    ],
    ['has no description', () => written(model, null), '.onnx.json'],
    ['has the description of several speakers', () => written(model, {num_speakers: 4}), '.onnx.json describes 4'],
    [
      'has other phonemes',
      () => written(model, {phoneme_id_map: {...config.phoneme_id_map, θ: [999]}}),
      '.onnx failed',
    ],
    ['has an unknown language', () => written(model, {espeak: {voice: 'xx-klingon'}}), '"xx-klingon"'],
    [
      'is a model of Kokoro',
      async () => {
        const path = await written(Buffer.alloc(0))
        await copyFile(kokoro.path, path)
        return path
      },
      'found tokens',
    ],
    ['is a Whisper', () => written(readFileSync(whisper.base.path).subarray(0, 5_000_000)), '.onnx is no model'],
  ])('that %s is refused, and told by its file', async (_, make, said) => {
    const modelPath = await make()
    const failure = openVoiceFile({modelPath, threads: 1})
    await expect(failure).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(modelPath)})
    await expect(failure).rejects.toThrow(said)
  })

  it('speaks, with the phonemes of another language where its description says so', async () => {
    const english = await openVoiceFile({modelPath: voice, threads: 1})
    const german = await openVoiceFile({
      modelPath: await written(model, {espeak: {voice: 'de'}, language: {code: 'de_DE'}}),
      threads: 1,
    })
    try {
      expect((await spokenClause(english, 'Good morning.')).length).toBeGreaterThan(8000)
      expect((await spokenClause(german, 'Guten Morgen.')).length).toBeGreaterThan(8000)
      expect(german.voices[0]?.language).toBe('de-de')
    } finally {
      await Promise.all([english.close(), german.close()])
    }
  })
})
