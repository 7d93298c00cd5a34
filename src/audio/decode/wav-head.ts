import type {ByteQueue} from './byte-queue.ts'
import type {RawPcm} from './raw-pcm.ts'

/** Formats of samples by WAV's format code and bits. Rarer ones are left to FFmpeg. */
const known: Record<string, RawPcm['samples'] & string> = {
  '1/8': 'u8',
  '1/16': 's16',
  '1/32': 's32',
  '3/32': 'f32',
}

/** The format code that says: see the first two bytes of the sub-format, 24 bytes into the chunk. */
const extensible = 0xfffe

/** A chunk before the samples is never larger. */
const headBytes = 4096

export interface WavHead {
  format: RawPcm
  /** Where the samples begin, and how many bytes they are; Infinity where the header was written before the length was known. */
  dataAt: number
  dataBytes: number
}

/** The head of a WAV stream, without taking anything; undefined where it is none, or none of the usual ones. */
export const peekWavHead = async (bytes: ByteQueue): Promise<WavHead | undefined> => {
  const start = await bytes.peek(12)
  if (start.length < 12 || start.toString('latin1', 0, 4) !== 'RIFF' || start.toString('latin1', 8, 12) !== 'WAVE')
    return
  let format: RawPcm | undefined
  for (let at = 12; at + 8 <= headBytes; ) {
    const chunk = (await bytes.peek(at + 8)).subarray(at)
    if (chunk.length < 8) return
    const [name, size] = [chunk.toString('latin1', 0, 4), chunk.readUInt32LE(4)]
    if (name === 'data') return format && {format, dataAt: at + 8, dataBytes: knownLength(size)}
    if (at + 8 + size > headBytes) return
    if (name === 'fmt ') format = formatOf((await bytes.peek(at + 8 + size)).subarray(at + 8))
    at += 8 + size + (size % 2)
  }
  return
}

const formatOf = (chunk: Buffer): RawPcm | undefined => {
  if (chunk.length < 16) return
  const code = chunk.readUInt16LE(0)
  const real = code === extensible && chunk.length >= 26 ? chunk.readUInt16LE(24) : code
  const samples = known[`${real}/${chunk.readUInt16LE(14)}`]
  return samples && {channels: chunk.readUInt16LE(2), sampleRate: chunk.readUInt32LE(4), samples}
}

/** Who writes into a pipe cannot go back: 0, or a number near 2 or 4 GiB (arecord, FFmpeg, SoX), stands for "until the end". */
const knownLength = (size: number): number => (size === 0 || size >= 0x7fff_0000 ? Number.POSITIVE_INFINITY : size)
