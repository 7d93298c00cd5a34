import {EssenceError} from '../../kit/errors.ts'
import type {ByteQueue} from './byte-queue.ts'

export interface OggPacket {
  data: Buffer
  /** Of the last packet of a stream: where its sound ends, by the codec's count; what the packet holds beyond is padding. */
  end?: bigint
  /** The first packet of a (new) logical stream. */
  first: boolean
}

/** No codec of speech has packets near this size. */
const largestPacket = 1024 ** 2

const headerBytes = 27
/** Bits of a page's header type (RFC 3533, 6). */
const continued = 1
const begins = 2
const last = 4

/**
 * The packets of an Ogg stream, as their pages come. Of streams side by side only the first is read; one that follows it
 * (chained) is read as well. Ends where what follows is no page, or is cut off.
 * @throws AUDIO_UNREADABLE (a packet without end), and what the bytes' source throws
 */
export async function* oggPackets(bytes: ByteQueue): AsyncGenerator<OggPacket> {
  let serial: number | undefined
  let ended = false
  let parts: Buffer[] = []
  let size = 0
  let first = true
  for (;;) {
    const header = await bytes.peek(headerBytes)
    if (header.length < headerBytes || header.toString('latin1', 0, 4) !== 'OggS') return
    const type = header.readUInt8(5)
    const granule = header.readBigInt64LE(6)
    const pageSerial = header.readUInt32LE(14)
    const segments = header.readUInt8(26)
    const lacing = Buffer.from((await bytes.peek(headerBytes + segments)).subarray(headerBytes))
    if (lacing.length < segments) return
    await bytes.skip(headerBytes + segments)
    const body = await takeWhole(
      bytes,
      lacing.reduce((sum, value) => sum + value, 0),
    )
    if (body === undefined) return
    if (type & begins && (serial === undefined || ended)) {
      serial = pageSerial
      ended = false
      first = true
      parts = []
      size = 0
    }
    if (pageSerial !== serial) continue
    // The rest of a packet whose beginning is not there is no packet.
    let skip = Boolean(type & continued) && parts.length === 0
    const lastEnd = type & last ? lacing.findLastIndex(value => value < 255) : -1
    let at = 0
    for (const [index, value] of lacing.entries()) {
      if (!skip) {
        parts.push(body.subarray(at, at + value))
        size += value
      }
      at += value
      if (size > largestPacket)
        throw new EssenceError('AUDIO_UNREADABLE', 'The audio is no usable Ogg: a packet has no end.')
      if (value === 255) continue
      if (!skip) {
        yield {data: Buffer.concat(parts), first, ...(index === lastEnd ? {end: granule} : {})}
        first = false
      }
      skip = false
      parts = []
      size = 0
    }
    ended = Boolean(type & last)
  }
}

/** So many bytes, or undefined where the stream ends before. */
const takeWhole = async (bytes: ByteQueue, count: number): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  for (let left = count; left > 0; ) {
    const part = await bytes.take(left)
    if (part.length === 0) return undefined
    parts.push(part)
    left -= part.length
  }
  return Buffer.concat(parts)
}
