import {closeSync, openSync, readSync} from 'node:fs'
import {EssenceError, messageOf} from '../../../kit/errors.ts'
import {blockSize, type EightBit, eightBitOf, floatsOf, isReadable, typeF32} from '../../ggml/ggml-blocks.ts'
import {invalidWhisper, type WhisperContents} from '../../ggml/whisper-file.ts'
import type {TensorPlace} from '../../ggml/whisper-tensors.ts'

/** A matrix as it is multiplied with: in 8 bits, or, where its file holds full floats, exactly. */
export type Matrix = {rows: number; columns: number} & ({eightBit: EightBit} | {floats: Float32Array<ArrayBuffer>})

/** The weights of a Whisper model, read from its file one by one. */
export interface WhisperWeights {
  /** @param shape sizes as ggml orders them */
  floats(name: string, shape: readonly number[]): Float32Array<ArrayBuffer>
  /** Row after row. */
  matrix(name: string, rows: number, columns: number): Matrix
  close(): void
}

/**
 * Opens the weights for reading.
 * @throws MODEL_INVALID here and from each reading: no such tensor, or of another shape, or in a type that is not read
 */
export const openWeights = (path: string, {tensors}: WhisperContents): WhisperWeights => {
  const file = openSync(path, 'r')

  const find = (name: string, shape: readonly number[]): TensorPlace => {
    const place = tensors.get(name)
    if (!place) throw invalidWhisper(path, `damaged: it has no tensor ${name}`)
    // Trailing ones say nothing: a bias of a convolution is [1, n] in some files and [n] in others.
    const sizes = (all: readonly number[]): string => all.filter(size => size !== 1).join(' × ')
    if (sizes(place.shape) !== sizes(shape))
      throw invalidWhisper(path, `damaged: tensor ${name} is ${sizes(place.shape)}, expected ${sizes(shape)}`)
    if (!isReadable(place.type))
      throw new EssenceError(
        'MODEL_INVALID',
        `${path} holds weights of a type (${place.type}) that Whisper on ONNX Runtime does not read.`,
        {
          suggestions: ['Take the model in f16, q8_0, q5_0, q5_1, q4_0 or q4_1, or use whisper.cpp.'],
        },
      )
    return place
  }
  const read = ({offset, bytes}: TensorPlace): Uint8Array => {
    const into = Buffer.alloc(bytes)
    try {
      let done = 0
      while (done < bytes) {
        const got = readSync(file, into, done, bytes - done, offset + done)
        if (got === 0) throw new Error('it ended')
        done += got
      }
    } catch (cause) {
      throw new EssenceError('MODEL_INVALID', `${path} cannot be read: ${messageOf(cause)}`, {cause})
    }
    return into
  }

  return {
    floats(name, shape) {
      const place = find(name, shape)
      return floatsOf(place.type, read(place))
    },
    matrix(name, rows, columns) {
      const place = find(name, [columns, rows])
      // A block of 32 must not reach from one row into the next.
      const exact = place.type === typeF32 || columns % blockSize > 0
      if (exact) return {rows, columns, floats: floatsOf(place.type, read(place))}
      return {rows, columns, eightBit: eightBitOf(place.type, read(place))}
    },
    close: () => closeSync(file),
  }
}

/** Some of the rows as floats, one after the other. */
export const rowsOf = (matrix: Matrix, rows: readonly number[]): Float32Array<ArrayBuffer> => {
  const {columns} = matrix
  const into = new Float32Array(rows.length * columns)
  for (const [i, row] of rows.entries()) {
    const from = row * columns
    if ('floats' in matrix) into.set(matrix.floats.subarray(from, from + columns), i * columns)
    else {
      const {quantised, scales} = matrix.eightBit
      for (let column = 0; column < columns; column++)
        into[i * columns + column] =
          ((quantised[from + column] ?? 128) - 128) * (scales[Math.floor((from + column) / blockSize)] ?? 0)
    }
  }
  return into
}
