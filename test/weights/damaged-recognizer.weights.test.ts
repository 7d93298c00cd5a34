// A recogniser's file that is damaged, or of something else, is refused before the engine opens, with its name and what is wrong.
import {closeSync, copyFileSync, openSync, readSync, truncateSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {openWhisperOnnx} from '@essence/core/stt/whisper-onnx/whisper-onnx'
import {expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'
import {piper, smolLM2, whisper} from './published.ts'

const {path: original, missing} = whisper['tiny.en']
const folder = temporaryFolder()

/** Bytes before the number of words: magic, eleven numbers, and mel filters of 80 bands. */
const wordsAt = 4 + 11 * 4 + 8 + 80 * 201 * 4

const copy = (): string => {
  const path = join(folder, 'ggml-copy.bin')
  copyFileSync(original, path)
  return path
}

const edit = (path: string, at: number, change: (value: number) => number): string => {
  const file = openSync(path, 'r+')
  const bytes = Buffer.alloc(4)
  readSync(file, bytes, 0, 4, at)
  bytes.writeInt32LE(change(bytes.readInt32LE()))
  writeSync(file, bytes, 0, 4, at)
  closeSync(file)
  return path
}

const cut = (length: (size: number) => number): string => {
  const path = copy()
  truncateSync(path, length(77_704_715))
  return path
}

it.skipIf(missing).each<[what: string, make: () => string, is: RegExp]>([
  ['cut off in its head', () => cut(() => 40), /cut off/],
  ['cut off in its words', () => cut(() => wordsAt + 5000), /cut off/],
  ['cut off in its weights', () => cut(size => Math.floor(size / 2)), /cut off/],
  ['that lacks its last byte', () => cut(size => size - 1), /cut off/],
  [
    'that tells 51,866 tokens and has 51,864',
    () => edit(copy(), 4, () => 51_866),
    /decoder\.token_embedding\.weight is/,
  ],
  ['that tells another width', () => edit(copy(), 12, width => 2 * width), /sizes of its layers do not fit together/],
  ['that tells a layer less', () => edit(copy(), 20, layers => layers - 1), /\d+ tensors of \d+/],
  ['with mel filters of 128 bands', () => edit(copy(), 40, () => 128), /mel filters/],
  ['with more words than tokens', () => edit(copy(), wordsAt, () => 60_000), /announces 60000 words/],
  ['with garbled words', () => edit(copy(), wordsAt + 4, () => -1), /words are garbled/],
])(`a Whisper %s${missing}`, async (_what, make, is) => {
  const modelPath = make()
  const opened = openWhisperOnnx({modelPath, threads: 1})
  onTestFinished(async () => (await opened.catch(() => undefined))?.close())
  await expect(opened).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringMatching(is)})
  await expect(opened).rejects.toMatchObject({message: expect.stringContaining(modelPath)})
})

const others = {'a language model': smolLM2, 'a voice': piper}
for (const [what, {path: modelPath, missing: gone}] of Object.entries(others)) {
  it.skipIf(gone)(`${what} in place of a Whisper${gone}`, async () => {
    await expect(openWhisperOnnx({modelPath, threads: 1})).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(modelPath),
    })
  })
}
