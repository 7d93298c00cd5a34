import type {EssenceError} from '../../kit/errors.ts'
import type {FileCursor} from './file-cursor.ts'
import {type InvalidModel, invalidModel, readGgmlFile} from './ggml-file.ts'
import {readTensors, type TensorPlace, type WhisperShape} from './whisper-tensors.ts'

/** All of a Whisper model but its weights, and where those lie. */
export interface WhisperContents {
  /** How many languages it knows; 1 is English only. */
  languages: number
  /** How much audio it transcribes at once, in ms: 30 000 for the published models. */
  windowMs: number
  shape: WhisperShape
  /** Weights of the 201 frequencies in each mel band, band after band. */
  melFilters: Float32Array
  /** The bytes of the tokens, by their number; specials, and what the file leaves out, have none. */
  words: Uint8Array[]
  /** By their name, as OpenAI's. */
  tensors: Map<string, TensorPlace>
}

/**
 * Checks a model file from its first byte to its last tensor, without reading the weights: whisper.cpp itself accepts a
 * file that lacks its end, and does not survive some that are wrong.
 * @throws MODEL_MISSING, MODEL_INVALID
 */
export const readWhisperContents = (path: string): Promise<WhisperContents> =>
  readGgmlFile(path, 'Whisper', async (cursor, invalid) => {
    const shape = await readShape(cursor, invalid)
    const melFilters = await readMelFilters(cursor, shape, invalid)
    const words = await readWords(cursor, shape, invalid)
    const tensors = await readTensors(cursor, invalid)
    const expected = 11 + 15 * shape.audioLayers + 24 * shape.textLayers
    if (tensors.size !== expected) throw invalid(`not complete: it has ${tensors.size} tensors of ${expected}`)
    return {languages: languagesOf(shape), windowMs: shape.audioPositions * 20, shape, melFilters, words, tensors}
  })

/** The error for a file that is not the Whisper model it should be. @param is what it is instead */
export const invalidWhisper = (path: string, is: string): EssenceError => invalidModel(path, 'Whisper')(is)

/** The eleven numbers after the magic. Beyond these bounds whisper.cpp would reach outside its own tables. */
const readShape = async (cursor: FileCursor, invalid: InvalidModel): Promise<WhisperShape> => {
  const read = async (min: number, max: number): Promise<number> => {
    const value = await cursor.int32()
    if (value >= min && value <= max) return value
    throw invalid('a ggml file, but not of a Whisper speech model (or a damaged one)')
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
    throw invalid('damaged: the sizes of its layers do not fit together')
  return shape
}

const readMelFilters = async (
  cursor: FileCursor,
  shape: WhisperShape,
  invalid: InvalidModel,
): Promise<Float32Array> => {
  const [bands, bins] = [await cursor.int32(), await cursor.int32()]
  // 400 samples a frame give 201 bins.
  if (bands !== shape.melBands || bins !== 201) throw invalid('damaged: its mel filters have the wrong size')
  return new Float32Array(Uint8Array.from(await cursor.bytes(bands * bins * 4)).buffer)
}

const readWords = async (cursor: FileCursor, shape: WhisperShape, invalid: InvalidModel): Promise<Uint8Array[]> => {
  const count = await cursor.int32()
  if (count < 0 || count > shape.vocabulary) throw invalid(`damaged: it announces ${count} words`)
  const words: Uint8Array[] = []
  while (words.length < count) {
    const length = await cursor.int32()
    if (length < 0 || length > 4096) throw invalid('damaged: its words are garbled')
    words.push(Uint8Array.from(await cursor.bytes(length)))
  }
  return words
}

/** whisper.cpp counts the same way: what the vocabulary has beyond 51 765 tokens, and one more, are languages. */
const languagesOf = ({vocabulary}: WhisperShape): number =>
  vocabulary < 51_865 ? 1 : Math.min(100, vocabulary - 51_766)

/**
 * Whether a model was taught to translate. One with a shortened decoder (large-v3-turbo, distil-whisper) answers in the language
 * that is spoken: openai/whisper, README, "the turbo model is not trained for translation tasks".
 */
export const translatesWith = (languages: number, layers: {audioLayers: number; textLayers: number}): boolean =>
  languages > 1 && layers.textLayers >= layers.audioLayers
