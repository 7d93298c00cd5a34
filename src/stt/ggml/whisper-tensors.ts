import type {FileCursor} from './file-cursor.ts'
import type {InvalidModel} from './ggml-file.ts'

/** The numbers a Whisper model in ggml format begins with. */
export interface WhisperShape {
  vocabulary: number
  /** Positions of the encoder, 20 ms each. */
  audioPositions: number
  width: number
  audioHeads: number
  audioLayers: number
  textPositions: number
  textWidth: number
  textHeads: number
  textLayers: number
  melBands: number
  fileType: number
}

/** Bytes and elements of a block, by ggml's number of the type (ggml.h, `enum ggml_type`). */
const blocks: Readonly<Record<number, readonly [bytes: number, elements: number]>> = {
  0: [4, 1], // F32
  1: [2, 1], // F16
  2: [18, 32], // Q4_0
  3: [20, 32], // Q4_1
  6: [22, 32], // Q5_0
  7: [24, 32], // Q5_1
  8: [34, 32], // Q8_0
  10: [84, 256], // Q2_K
  11: [110, 256], // Q3_K
  12: [144, 256], // Q4_K
  13: [176, 256], // Q5_K
  14: [210, 256], // Q6_K
  30: [2, 1], // BF16
}

/** Where a tensor lies in the file. */
export interface TensorPlace {
  /** ggml's number of its type. */
  type: number
  /** Sizes, the one whose neighbours lie side by side first: ggml's order, which is the reverse of most others'. */
  shape: number[]
  /** In bytes from the start of the file. */
  offset: number
  bytes: number
}

/**
 * Walks over all tensors: header by header, skipping the weights.
 * @returns name → place
 * @throws FileEnded, MODEL_INVALID
 */
export const readTensors = async (cursor: FileCursor, invalid: InvalidModel): Promise<Map<string, TensorPlace>> => {
  const places = new Map<string, TensorPlace>()
  let found = 0
  while (!cursor.atEnd) {
    const [dimensions, nameLength, type] = [await cursor.int32(), await cursor.int32(), await cursor.int32()]
    const block = blocks[type]
    if (dimensions < 0 || dimensions > 4 || nameLength < 1 || nameLength > 256 || !block)
      throw invalid(`damaged: tensor ${found + 1} is garbled`)
    const tensor: number[] = []
    for (let i = 0; i < dimensions; i++) tensor.push(await cursor.int32())
    const name = (await cursor.bytes(nameLength)).toString('utf8')
    const bytes = (tensor.reduce((product, size) => product * size, 1) / block[1]) * block[0]
    if (!Number.isSafeInteger(bytes) || bytes <= 0) throw invalid(`damaged: tensor ${found + 1} has an impossible size`)
    places.set(name, {type, shape: tensor, offset: cursor.position, bytes})
    cursor.skip(bytes)
    found++
  }
  return places
}
