import {truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readWhisperContents, translatesWith} from '@essence/core/stt/ggml/whisper-file'
import {openWhisperCpp} from '@essence/core/stt/whisper-cpp/whisper-cpp'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {multilingual, tinyWhisper} from './tiny-ggml.ts'

const folder = temporaryFolder()

const path = join(folder, 'model.bin')
const model = tinyWhisper({says: [' hello']})
/** All before the first tensor: its name stands behind 20 bytes. */
const headBytes = model.indexOf('encoder.positional_embedding') - 20

const reads = (bytes: Uint8Array | string): ReturnType<typeof readWhisperContents> => {
  writeFileSync(path, bytes)
  return readWhisperContents(path)
}

describe('readWhisperContents', () => {
  it('tells the window and the languages', async () => {
    expect(await reads(model)).toMatchObject({languages: 1, windowMs: 30_000})
    const other = tinyWhisper({says: [' hello'], vocabulary: multilingual, audioPositions: 512})
    expect(await reads(other)).toMatchObject({languages: 99, windowMs: 10_240})
    // large-v3 knows Cantonese as well.
    const v3 = tinyWhisper({says: [' hello'], vocabulary: (multilingual + 1) as typeof multilingual})
    expect(await reads(v3)).toMatchObject({languages: 100, windowMs: 30_000})
  })

  it.each<[is: string, bytes: Uint8Array | string]>([
    ['empty', ''],
    ['unknown', 'no'],
    ['a text', 'This is not a model at all.'],
    ['a web page', '<!DOCTYPE html><html><body>404'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:96cb'],
    ['a JSON file', '{"error": "Repository not found"}'],
    ['a GGUF file', Buffer.from('GGUF\x03\0\0\0', 'latin1')],
    ['a zip or PyTorch file', Buffer.from('PK\x03\x04', 'latin1')],
    ['(first bytes 00000000)', Buffer.alloc(64)],
    ['not of a Whisper speech model', Buffer.from('lmgg\x0a\0\0\0silero-16k\x06\0\0\0\x02\0\0\0', 'latin1')],
    ['it has 0 tensors', model.subarray(0, headBytes)],
    ['cut off', Buffer.concat([model, Buffer.from('more')])],
  ])('says what else a file is: %s', async (is, bytes) => {
    const error = await reads(bytes).catch((error: unknown) => error)
    expect(error).toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(is)})
    expect(error).toMatchObject({message: expect.stringContaining(path), suggestions: [expect.stringMatching(/./)]})
  })

  it('tells a missing file and a folder apart', async () => {
    await expect(readWhisperContents(join(folder, 'none.bin'))).rejects.toMatchObject({code: 'MODEL_MISSING'})
    await expect(readWhisperContents(join(path, 'below.bin'))).rejects.toMatchObject({code: 'MODEL_MISSING'})
    await expect(readWhisperContents(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('a folder'),
    })
  })

  it('never takes a model that lacks its end, wherever it was cut', async () => {
    const cuts = fc.oneof(
      fc.nat(model.length - 1),
      fc.nat(100),
      fc.nat(5000).map(bytes => model.length - 1 - bytes),
    )
    await fc.assert(
      fc.asyncProperty(cuts, async length => {
        writeFileSync(path, model)
        truncateSync(path, length)
        await expect(readWhisperContents(path)).rejects.toMatchObject({code: 'MODEL_INVALID'})
      }),
      {numRuns: 60},
    )
  })

  it('takes or refuses any damage, and does nothing else', async () => {
    const headerBytes = 48
    const damage = fc.record({
      at: fc.nat(headerBytes / 4 - 1),
      value: fc.oneof(fc.integer(), fc.integer({min: -1, max: 60_000})),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({at, value}) => {
        const bytes = Buffer.from(model)
        bytes.writeInt32LE(value, at * 4)
        const result = await reads(bytes).catch((error: unknown) => error)
        if (result instanceof Error) expect(result).toMatchObject({code: 'MODEL_INVALID'})
        else expect(result).toMatchObject({languages: expect.any(Number)})
      }),
      {numRuns: 60},
    )
  })

  it('is what stands before whisper.cpp, which does not survive every file', async () => {
    writeFileSync(path, model.subarray(0, model.length - 64))
    await expect(openWhisperCpp({modelPath: path, device: {backend: 'cpu'}})).rejects.toMatchObject({
      code: 'MODEL_INVALID',
    })
  })

  it('leaves to whisper.cpp what it notices itself: tensors of other shapes', async () => {
    const renamed = Buffer.from(model)
    renamed.write('decoder.ln.weighs', renamed.lastIndexOf('decoder.ln.weight'))
    writeFileSync(path, renamed)
    await expect(openWhisperCpp({modelPath: path, device: {backend: 'cpu'}})).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('decoder.ln.weighs'),
    })
  })
})

it.each([
  [1, 32, 32, false],
  [99, 32, 32, true],
  [100, 32, 4, false],
])(
  'offers translation only where the model learned it: %i languages, %i and %i layers',
  (languages, audioLayers, textLayers, offers) => {
    expect(translatesWith(languages, {audioLayers, textLayers})).toBe(offers)
  },
)
