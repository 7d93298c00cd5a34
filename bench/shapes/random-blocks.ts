import {type FileHandle, open} from 'node:fs/promises'

/** Bytes of one block of a quantised tensor, and the numbers it holds. */
interface BlockType {
  /** The number of the type in ggml's files. */
  id: number
  bytes: number
  values: number
  /** Where in a block its half-float scales stand; they must be small for the sums to stay finite. */
  scales: number[]
}

/** Tensor types by ggml's names (ggml.h, `enum ggml_type` and the block structures of ggml-common.h). */
export const blockTypes = {
  f32: {id: 0, bytes: 4, values: 1, scales: []},
  f16: {id: 1, bytes: 2, values: 1, scales: []},
  q8_0: {id: 8, bytes: 34, values: 32, scales: [0]},
  q4_k: {id: 12, bytes: 144, values: 256, scales: [0, 2]},
  q6_k: {id: 14, bytes: 210, values: 256, scales: [208]},
} as const satisfies Record<string, BlockType>

export type BlockTypeName = keyof typeof blockTypes

/** 2^-10 as a half float: with random 8-bit values, weights of about ±0.1. */
const smallScale = 0x1400

/** About 16 MB of random blocks, to be written again and again: nobody reads these weights, they only cost time. */
const randomBlocks = (type: BlockTypeName): Buffer => {
  const {bytes, scales} = blockTypes[type]
  const count = Math.floor(2 ** 24 / bytes)
  const buffer = Buffer.alloc(count * bytes)
  if (type === 'f32') for (let i = 0; i < count; i++) buffer.writeFloatLE((Math.random() - 0.5) / 10, i * 4)
  // Half floats of ±0.03 to ±0.06: sign, exponent 2^-5, random fraction.
  else if (type === 'f16')
    for (let i = 0; i < count; i++)
      buffer.writeUInt16LE(0x2800 | (Math.random() * 0x400) | (Math.random() < 0.5 ? 0x8000 : 0), i * 2)
  else {
    for (let i = 0; i < buffer.length; i++) buffer[i] = Math.random() * 256
    for (let block = 0; block < count; block++)
      for (const at of scales) buffer.writeUInt16LE(smallScale, block * bytes + at)
  }
  return buffer
}

/** A file that is written front to back, with tensors of random weights. */
export class ShapeFile {
  readonly #file: FileHandle
  readonly #blocks = new Map<BlockTypeName, Buffer>()
  #position = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async create(path: string): Promise<ShapeFile> {
    return new ShapeFile(await open(path, 'w'))
  }

  async write(bytes: Buffer): Promise<void> {
    await this.#file.writeFile(bytes)
    this.#position += bytes.length
  }

  async pad(alignment: number): Promise<void> {
    await this.write(Buffer.alloc((alignment - (this.#position % alignment)) % alignment))
  }

  async writeRandom(type: BlockTypeName, values: number): Promise<void> {
    const blocks = this.#blocks.get(type) ?? randomBlocks(type)
    this.#blocks.set(type, blocks)
    let left = sizeOf(type, values)
    while (left > 0) {
      const part = blocks.subarray(0, Math.min(left, blocks.length))
      await this.write(part)
      left -= part.length
    }
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** Bytes that so many numbers take. */
export const sizeOf = (type: BlockTypeName, values: number): number =>
  (values / blockTypes[type].values) * blockTypes[type].bytes
