import {open} from 'node:fs/promises'
import {EssenceError, isEssenceError, systemCodeOf} from '../kit/errors.ts'
import {FileCursor, FileEnded} from './file-cursor.ts'
import {readTensors, type TensorPlace, type WhisperShape} from './whisper-tensors.ts'

/** What is known of a Whisper model before it is loaded. */
export interface WhisperFile {
  /** How many languages it knows; 1 is English only. */
  languages: number
  /** How much audio it hears at once, in ms: 30 000 for the published models. */
  windowMs: number
}

/** All of a Whisper model but its weights, and where those lie. */
export interface WhisperContents extends WhisperFile {
  shape: WhisperShape
  /** Weights of the 201 frequencies in each mel band, band after band. */
  melFilters: Float32Array
  /** The bytes of the tokens, by their number; specials, and what the file leaves out, have none. */
  words: Uint8Array[]
  /** By their name, as OpenAI's. */
  tensors: Map<string, TensorPlace>
}

const download = 'Download the model again, as ggml (ggml-….bin).'

/** What a file that is no ggml file usually is instead, told by its first bytes. */
const otherFormats: {starts: RegExp; is: string; next: string}[] = [
  {starts: /^GGUF/, is: 'a GGUF file, a language model', next: 'A Whisper model as ggml is needed: ggml-….bin.'},
  {starts: /^version https:\/\/git-lfs/, is: 'a Git LFS pointer, not the model itself', next: 'Fetch it: git lfs pull'},
  {
    starts: /^\s*<(!doctype|html|\?xml)/i,
    is: 'a web page, most likely an error page saved by a download',
    next: download,
  },
  {starts: /^PK/, is: 'a zip or PyTorch file', next: download},
  {starts: /^.{7}\0\{"/s, is: 'a safetensors file', next: download},
  {starts: /^\s*[{[]/, is: 'a JSON file', next: download},
  {starts: /^[\t\n\r\x20-\x7e]{4}/, is: 'a text', next: download},
]

/**
 * Checks a model file from its first byte to its last tensor, without reading the weights: whisper.cpp itself accepts a
 * file that lacks its end, and does not survive some that are wrong.
 * @throws MODEL_MISSING, MODEL_INVALID
 */
export const readWhisperFile = async (path: string): Promise<WhisperFile> => {
  const {languages, windowMs} = await readWhisperContents(path)
  return {languages, windowMs}
}

/**
 * As `readWhisperFile`, and tells what is in it.
 * @throws MODEL_MISSING, MODEL_INVALID
 */
export const readWhisperContents = async (path: string): Promise<WhisperContents> => {
  const file = await openFile(path)
  try {
    const stat = await file.stat()
    if (!stat.isFile())
      throw invalid(path, stat.isDirectory() ? 'a folder' : 'not a file', 'Give the path of the file.')
    if (stat.size === 0) throw invalid(path, 'empty', download)
    const cursor = new FileCursor(file, stat.size)
    await checkMagic(path, cursor, stat.size)
    const shape = await readShape(path, cursor)
    const melFilters = await readMelFilters(path, cursor, shape)
    const words = await readWords(path, cursor, shape)
    const tensors = await readTensors(cursor, shape, (is: string) => invalidWhisper(path, is))
    return {languages: languagesOf(shape), windowMs: shape.audioPositions * 20, shape, melFilters, words, tensors}
  } catch (error) {
    if (error instanceof FileEnded) throw invalid(path, 'cut off before its end', download)
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

const invalid = (path: string, is: string, next: string): EssenceError =>
  new EssenceError('MODEL_INVALID', `${path} is not a usable Whisper model: it is ${is}.`, {suggestions: [next]})

/** The error for a file that is not the Whisper model it should be. @param is what it is instead */
export const invalidWhisper = (path: string, is: string): EssenceError => invalid(path, is, download)

const checkMagic = async (path: string, cursor: FileCursor, size: number): Promise<void> => {
  const head = await cursor.bytes(Math.min(size, 64))
  if (head.toString('latin1', 0, 4) !== 'lmgg') {
    const text = head.toString('latin1')
    const known = otherFormats.find(format => format.starts.test(text))
    if (known) throw invalid(path, known.is, known.next)
    throw invalid(path, `something unknown (first bytes ${head.subarray(0, 4).toString('hex')})`, download)
  }
  cursor.seek(4)
}

/** The eleven numbers after the magic. Beyond these bounds whisper.cpp would reach outside its own tables. */
const readShape = async (path: string, cursor: FileCursor): Promise<WhisperShape> => {
  const read = async (least: number, most: number): Promise<number> => {
    const value = await cursor.int32()
    if (value >= least && value <= most) return value
    throw invalid(path, 'a ggml file, but not of a Whisper speech model (or a damaged one)', download)
  }
  const shape = {
    vocabulary: await read(51_864, 60_000),
    audioPositions: await read(1, 1500),
    width: await read(1, 16_384),
    audioHeads: await read(1, 256),
    audioLayers: await read(1, 128),
    textPositions: await read(4, 8192),
    textWidth: await read(1, 16_384),
    textHeads: await read(1, 256),
    textLayers: await read(1, 128),
    melBands: await read(1, 512),
    fileType: await read(0, 9999),
  }
  if (shape.width !== shape.textWidth || shape.width % shape.audioHeads > 0 || shape.width % shape.textHeads > 0)
    throw invalid(path, 'damaged: the sizes of its layers do not fit together', download)
  return shape
}

const readMelFilters = async (path: string, cursor: FileCursor, shape: WhisperShape): Promise<Float32Array> => {
  const [bands, bins] = [await cursor.int32(), await cursor.int32()]
  // 400 samples a frame give 201 bins.
  if (bands !== shape.melBands || bins !== 201)
    throw invalid(path, 'damaged: its mel filters have the wrong size', download)
  return new Float32Array(Uint8Array.from(await cursor.bytes(bands * bins * 4)).buffer)
}

const readWords = async (path: string, cursor: FileCursor, shape: WhisperShape): Promise<Uint8Array[]> => {
  const count = await cursor.int32()
  if (count < 0 || count > shape.vocabulary) throw invalid(path, `damaged: it announces ${count} words`, download)
  const words: Uint8Array[] = []
  while (words.length < count) {
    const length = await cursor.int32()
    if (length < 0 || length > 4096) throw invalid(path, 'damaged: its words are garbled', download)
    words.push(Uint8Array.from(await cursor.bytes(length)))
  }
  return words
}

/** whisper.cpp counts the same way: what the vocabulary has beyond 51 765 tokens, and one more, are languages. */
const languagesOf = ({vocabulary}: WhisperShape): number =>
  vocabulary < 51_865 ? 1 : Math.min(100, vocabulary - 51_766)
