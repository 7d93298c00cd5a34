import type {FileCursor} from './file-cursor.ts'
import {type InvalidModel, maxParakeetVocabulary, readGgmlFile} from './ggml-file.ts'
import {readTensors} from './whisper-tensors.ts'

/** What is known of a Parakeet model before it is loaded. */
export interface ParakeetFile {
  /** Tokens it writes with; version 2 has 1024 of English, version 3 has 8192 of 25 languages. */
  vocabulary: number
  /** Audio its buffers are made for, in ms: 50 000 for the published models. More is possible, in more memory. */
  contextMs: number
}

/** Elements of a block, by ggml's number of the whole file's type (ggml.h, `enum ggml_ftype`). */
const blockElements: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 32,
  3: 32,
  7: 32,
  8: 32,
  9: 32,
  10: 256,
  11: 256,
  12: 256,
  13: 256,
  14: 256,
}

const otherVersion =
  'Take one that is made for whisper.cpp 1.9: ggml-org/parakeet-GGUF, or its convert-parakeet-to-ggml.py.'

/**
 * Checks a Parakeet model from its first byte to its last tensor, without reading the weights: whisper.cpp takes a file that
 * lacks its end, and ends the process on some numbers in the head.
 * @throws MODEL_MISSING, MODEL_INVALID
 */
export const readParakeetFile = (path: string): Promise<ParakeetFile> =>
  readGgmlFile(path, 'Parakeet', async (cursor, invalid) => {
    const shape = await readShape(cursor, invalid)
    await checkTables(cursor, shape, invalid)
    await checkWords(cursor, shape.vocabulary, invalid)
    const tensors = await readTensors(cursor, invalid)
    // Subsampling, layers, embedding, layers of the LSTM, joint network.
    const expected = 12 + 29 * shape.audioLayers + 1 + 3 * shape.predictionLayers + 6
    if (tensors.size !== expected) throw invalid(`not complete: it has ${tensors.size} tensors of ${expected}`)
    return {vocabulary: shape.vocabulary, contextMs: shape.audioPositions * 10}
  })

type Shape = Awaited<ReturnType<typeof readShape>>

/** The fifteen numbers after the magic, within what whisper.cpp takes and its graph survives. */
const readShape = async (cursor: FileCursor, invalid: InvalidModel) => {
  const read = async (name: string, min: number, max: number): Promise<number> => {
    const value = await cursor.int32()
    if (value >= min && value <= max) return value
    throw invalid(`a ggml file, but not of a Parakeet TDT model that is known here (${name} is ${value})`, otherVersion)
  }
  const shape = {
    vocabulary: await read('n_vocab', 1, maxParakeetVocabulary),
    audioPositions: await read('n_audio_ctx', 8, 5000),
    width: await read('n_audio_state', 1, 1024),
    heads: await read('n_audio_head', 1, 8),
    audioLayers: await read('n_audio_layer', 1, 24),
    melBands: await read('n_mels', 8, 128),
    fileType: await read('ftype', 0, 9999),
    fft: await read('n_fft', 2, 512),
    subsampling: await read('subsampling_factor', 8, 8),
    channels: await read('n_subsampling_channels', 1, 256),
    kernel: await read('n_conv_kernel', 1, 9),
    predictionWidth: await read('n_pred_dim', 1, 640),
    predictionLayers: await read('n_pred_layers', 1, 2),
    durations: await read('n_tdt_durations', 1, 5),
    tokensAtOnce: await read('n_max_tokens', 1, 10),
  }
  const {width, heads, melBands, channels, fft, kernel, fileType} = shape
  const block = blockElements[fileType % 1000]
  if (block === undefined) throw invalid(`in a number format that is not known here (ftype ${fileType})`, otherVersion)
  const rows = [width, 4 * width, (melBands / 8) * channels]
  if (
    width % (2 * heads) > 0 ||
    melBands % 8 > 0 ||
    kernel % 2 === 0 ||
    (fft & (fft - 1)) > 0 ||
    rows.some(row => row % block > 0)
  )
    throw invalid('damaged: the sizes of its layers do not fit together')
  return shape
}

/** Mel filters, the window of the spectrogram, and how many frames a token may last. */
const checkTables = async (cursor: FileCursor, shape: Shape, invalid: InvalidModel): Promise<void> => {
  const [bands, bins] = [await cursor.int32(), await cursor.int32()]
  if (bands !== shape.melBands || bins !== 1 + shape.fft / 2)
    throw invalid('damaged: its mel filters have the wrong size')
  cursor.skip(bands * bins * 4)
  const window = await cursor.int32()
  if (window < 1 || window > shape.fft) throw invalid('damaged: its window has the wrong size')
  cursor.skip(window * 4)
  for (let i = 0; i < shape.durations; i++) {
    const frames = await cursor.int32()
    if (frames < 0 || frames > 1000) throw invalid('damaged: its tokens last impossibly long')
  }
}

const checkWords = async (cursor: FileCursor, vocabulary: number, invalid: InvalidModel): Promise<void> => {
  const count = await cursor.int32()
  // With another number, whisper.cpp takes another token for the silent one.
  if (count !== vocabulary) throw invalid(`damaged: it has ${count} words of ${vocabulary}`)
  for (let i = 0; i < count; i++) {
    const length = await cursor.int32()
    if (length < 0 || length > 1024) throw invalid('damaged: its words are garbled')
    cursor.skip(length)
  }
}
