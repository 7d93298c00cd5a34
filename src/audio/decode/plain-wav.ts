import {fromPcm16} from '../pcm.ts'
import {ByteQueue} from './byte-queue.ts'
import type {AudioInput} from './input.ts'
import type {InputOptions} from './process/decode-input.ts'
import {peekWavHead} from './wav-head.ts'

/** Two minutes at 16 kHz; longer ones would hold up everything else here. */
const maxBytes = 4 * 1024 ** 2
/** Samples begin within so many bytes. */
const headBytes = 8192
/** What is shorter says nothing; why, FFmpeg tells. */
const minMs = 10

/**
 * The samples of a WAV file that is already what is asked for: mono, 16 bits, at this rate. Nothing is to be decoded in it, and a decoder
 * costs a process many times as long as reading it. Undefined for any other, and for one that is too short or too long.
 */
export const readPlainWav = async (
  {file, size}: Pick<AudioInput, 'file' | 'size'>,
  {sampleRate, maxDurationMs}: InputOptions,
): Promise<Float32Array | undefined> => {
  if (size > maxBytes) return undefined
  const read = async (at: number, length: number): Promise<Buffer> => {
    const {buffer, bytesRead} = await file.read(Buffer.alloc(length), 0, length, at)
    return buffer.subarray(0, bytesRead)
  }
  const start = await read(0, Math.min(size, headBytes))
  const head = await peekWavHead(new ByteQueue(only(start)))
  if (!head || head.dataAt >= size) return undefined
  const {samples, channels, sampleRate: rate} = head.format
  if (samples !== 's16' || channels !== 1 || rate !== sampleRate) return undefined
  const bytes = Math.min(head.dataBytes, size - head.dataAt)
  const ms = (Math.floor(bytes / 2) / rate) * 1000
  if (ms < minMs || ms > maxDurationMs) return undefined
  return fromPcm16(await read(head.dataAt, bytes))
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
