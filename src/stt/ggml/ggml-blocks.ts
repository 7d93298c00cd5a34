// The numbers in ggml's blocks (ggml-common.h, the structures `block_q4_0` to `block_q8_0`; ggml-quants.c,
// `dequantize_row_…`): a half-float scale d, for some a half-float offset m, and 32 small numbers q.

/** Numbers that share a scale. */
export const blockSize = 32

/** A matrix in 8 bits: each number is (quantised − 128) × the scale of its block. */
export interface EightBit {
  quantised: Uint8Array<ArrayBuffer>
  /** One for each 32 numbers. */
  scales: Float32Array<ArrayBuffer>
}

/** Reads the numbers of one block into `into` at `at`. @param from where the block begins, in bytes */
type ReadBlock = (bytes: DataView, from: number, into: Float32Array, at: number) => void

interface BlockKind {
  bytes: number
  values: number
  read: ReadBlock
}

const half = (bytes: DataView, at: number): number => bytes.getFloat16(at, true)

/** Two numbers of 4 bits a byte: the first 16 in the low halves, the others in the high ones. */
const nibble = (bytes: DataView, from: number, i: number): number =>
  i < 16 ? bytes.getUint8(from + i) & 15 : bytes.getUint8(from + i - 16) >> 4

/** The fifth bits of all 32 stand in a word of their own. */
const fifth = (word: number, i: number): number => ((word >>> i) & 1) << 4

/** By ggml's number of the type; of the types whose blocks hold 256 numbers (Q2_K …) none. */
const kinds: Readonly<Record<number, BlockKind>> = {
  0: {
    bytes: 4,
    values: 1,
    read: (bytes, from, into, at) => {
      into[at] = bytes.getFloat32(from, true)
    },
  },
  1: {
    bytes: 2,
    values: 1,
    read: (bytes, from, into, at) => {
      into[at] = half(bytes, from)
    },
  },
  2: {
    bytes: 18,
    values: 32,
    read: (bytes, from, into, at) => {
      const d = half(bytes, from)
      for (let i = 0; i < 32; i++) into[at + i] = (nibble(bytes, from + 2, i) - 8) * d
    },
  },
  3: {
    bytes: 20,
    values: 32,
    read: (bytes, from, into, at) => {
      const [d, m] = [half(bytes, from), half(bytes, from + 2)]
      for (let i = 0; i < 32; i++) into[at + i] = nibble(bytes, from + 4, i) * d + m
    },
  },
  6: {
    bytes: 22,
    values: 32,
    read: (bytes, from, into, at) => {
      const [d, high] = [half(bytes, from), bytes.getUint32(from + 2, true)]
      for (let i = 0; i < 32; i++) into[at + i] = ((nibble(bytes, from + 6, i) | fifth(high, i)) - 16) * d
    },
  },
  7: {
    bytes: 24,
    values: 32,
    read: (bytes, from, into, at) => {
      const [d, m, high] = [half(bytes, from), half(bytes, from + 2), bytes.getUint32(from + 4, true)]
      for (let i = 0; i < 32; i++) into[at + i] = (nibble(bytes, from + 8, i) | fifth(high, i)) * d + m
    },
  },
  8: {
    bytes: 34,
    values: 32,
    read: (bytes, from, into, at) => {
      const d = half(bytes, from)
      for (let i = 0; i < 32; i++) into[at + i] = bytes.getInt8(from + 2 + i) * d
    },
  },
}

/** ggml's numbers of F32 and Q8_0. */
export const typeF32 = 0
const typeQ8 = 8

/** Whether numbers of this type can be read here. */
export const isReadable = (type: number): boolean => type in kinds

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The numbers of a tensor. @param type one that `isReadable` */
export const floatsOf = (type: number, bytes: Uint8Array): Float32Array<ArrayBuffer> => {
  const kind = kinds[type]
  if (!kind) throw new RangeError(`ggml type ${type} is not readable`)
  const view = viewOf(bytes)
  const blocks = Math.floor(bytes.length / kind.bytes)
  const floats = new Float32Array(blocks * kind.values)
  for (let block = 0; block < blocks; block++) kind.read(view, block * kind.bytes, floats, block * kind.values)
  return floats
}

/**
 * A tensor in 8 bits. Q8_0 keeps each of its numbers exactly; of the other types each differs by at most half a step,
 * 1/254 of the largest of its block.
 * @param type one that `isReadable`; the tensor's rows are whole blocks
 */
export const eightBitOf = (type: number, bytes: Uint8Array): EightBit =>
  type === typeQ8 ? fromQ8(bytes) : quantise(floatsOf(type, bytes))

const fromQ8 = (bytes: Uint8Array): EightBit => {
  const view = viewOf(bytes)
  const blocks = Math.floor(bytes.length / 34)
  const quantised = new Uint8Array(blocks * blockSize)
  const scales = new Float32Array(blocks)
  for (let block = 0; block < blocks; block++) {
    scales[block] = half(view, block * 34)
    quantised.set(bytes.subarray(block * 34 + 2, block * 34 + 34), block * blockSize)
  }
  // A signed byte plus 128 is the same byte with its first bit turned; four at a time.
  const words = new Uint32Array(quantised.buffer)
  for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) ^ 0x80808080
  return {quantised, scales}
}

const quantise = (floats: Float32Array): EightBit => {
  const blocks = Math.floor(floats.length / blockSize)
  const quantised = new Uint8Array(blocks * blockSize)
  const scales = new Float32Array(blocks)
  for (let block = 0; block < blocks; block++) {
    let largest = 0
    for (let i = block * blockSize; i < (block + 1) * blockSize; i++)
      largest = Math.max(largest, Math.abs(floats[i] ?? 0))
    const scale = Math.fround(largest / 127)
    scales[block] = scale
    for (let i = block * blockSize; i < (block + 1) * blockSize; i++)
      quantised[i] = 128 + (scale === 0 ? 0 : Math.round((floats[i] ?? 0) / scale))
  }
  return {quantised, scales}
}
