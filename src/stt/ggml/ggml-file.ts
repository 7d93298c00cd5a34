import {open} from 'node:fs/promises'
import {EssenceError, isEssenceError, systemCodeOf} from '../../kit/errors.ts'
import {FileCursor, FileEnded} from './file-cursor.ts'

/** Makes the error for a file that is not the model it should be. `is`: what it is instead; `next`: what to do. */
export type InvalidModel = (is: string, next?: string) => EssenceError

const download = 'Download the model again, as ggml (ggml-….bin).'

/** What a file that is no ggml file usually is instead, told by its first bytes. */
const otherFormats: {starts: RegExp; is: string; next?: string}[] = [
  {starts: /^GGUF/, is: 'a GGUF file, a language model', next: 'A speech model as ggml is needed: ggml-….bin.'},
  {starts: /^version https:\/\/git-lfs/, is: 'a Git LFS pointer, not the model itself', next: 'Fetch it: git lfs pull'},
  {starts: /^\s*<(!doctype|html|\?xml)/i, is: 'a web page, most likely an error page saved by a download'},
  {starts: /^PK/, is: 'a zip or PyTorch file'},
  {starts: /^.{7}\0\{"/s, is: 'a safetensors file'},
  {starts: /^\s*[{[]/, is: 'a JSON file'},
  {starts: /^[\t\n\r\x20-\x7e]{4}/, is: 'a text'},
]

/** @param name of the models: "Whisper", "Parakeet" */
export const invalidModel =
  (path: string, name: string): InvalidModel =>
  (is, next = download) =>
    new EssenceError('MODEL_INVALID', `${path} is not a usable ${name} model: it is ${is}.`, {suggestions: [next]})

/**
 * Reads a model in whisper.cpp's format after its first four bytes, which are checked.
 * @throws MODEL_MISSING, MODEL_INVALID
 */
export const readGgmlFile = async <T>(
  path: string,
  name: string,
  read: (cursor: FileCursor, invalid: InvalidModel) => Promise<T>,
): Promise<T> => {
  const invalid = invalidModel(path, name)
  const file = await openFile(path)
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw invalid(stat.isDirectory() ? 'a folder' : 'not a file', 'Give the path of the file.')
    if (stat.size === 0) throw invalid('empty')
    const cursor = new FileCursor(file, stat.size)
    await checkMagic(cursor, stat.size, invalid)
    return await read(cursor, invalid)
  } catch (error) {
    if (error instanceof FileEnded) throw invalid('cut off before its end')
    if (isEssenceError(error)) throw error
    throw new EssenceError('MODEL_INVALID', `${path} cannot be read.`, {cause: error})
  } finally {
    await file.close()
  }
}

const openFile = async (path: string): ReturnType<typeof open> => {
  try {
    return await open(path)
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')
    if (!missing) throw new EssenceError('MODEL_INVALID', `${path} cannot be opened.`, {cause: error})
    throw new EssenceError('MODEL_MISSING', `There is no speech model at ${path}.`)
  }
}

const checkMagic = async (cursor: FileCursor, size: number, invalid: InvalidModel): Promise<void> => {
  const head = await cursor.bytes(Math.min(size, 64))
  if (head.toString('latin1', 0, 4) !== 'lmgg') {
    const text = head.toString('latin1')
    const known = otherFormats.find(format => format.starts.test(text))
    throw known
      ? invalid(known.is, known.next)
      : invalid(`something unknown (first bytes ${head.subarray(0, 4).toString('hex')})`)
  }
  cursor.seek(4)
}

/** Parakeet's vocabulary has 8192 tokens at most, Whisper's 51 864 at least. */
export const maxParakeetVocabulary = 8192

/**
 * Which engine's model a file is, told by the size of its vocabulary, the first number of both formats.
 * @throws MODEL_MISSING, MODEL_INVALID
 */
export const speechModelKind = async (path: string): Promise<'whisper' | 'parakeet'> =>
  await readGgmlFile(path, 'speech', async cursor =>
    (await cursor.int32()) <= maxParakeetVocabulary ? 'parakeet' : 'whisper',
  )
