// Frames of MP3 and AAC that stand in no container. Each begins with eleven set bits or more, which a loud sample of raw PCM may have
// as well; a second frame exactly where the first one ends it has not.

interface Frame {
  encoding: 'mp3' | 'm4a'
  /** Bytes, the header included. */
  length: number
}

/** Bytes of a header that tell its length. */
const headerBytes = 6

/** kbit/s of layer III by index, of MPEG 1 and of MPEG 2 and 2.5 (ISO 11172-3, 2.4.2.3; 13818-3, 2.4.2.3). */
const bitrates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const bitrates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
/** Hz of MPEG 1 by index; MPEG 2 has half, MPEG 2.5 a quarter. */
const rates = [44_100, 48_000, 32_000]

const frameAt = (bytes: Uint8Array, at: number): Frame | undefined => {
  if (bytes.length < at + headerBytes || bytes[at] !== 0xff) return undefined
  const [second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = bytes.subarray(at + 1)
  if ((second & 0xf6) === 0xf0) {
    // ADTS: layer 0 (ISO 13818-7, 6.2).
    const length = ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5)
    return length > headerBytes ? {encoding: 'm4a', length} : undefined
  }
  const version = (second >> 3) & 3
  const isLayer3 = (second & 0xe6) === 0xe2
  const bitrate = (version === 3 ? bitrates1 : bitrates2)[third >> 4] ?? 0
  const rate = rates[(third >> 2) & 3]
  // Version 1 is reserved; a bitrate of 0 is free, which nobody writes.
  if (!isLayer3 || version === 1 || bitrate === 0 || rate === undefined) return undefined
  const [samples, divisor] = version === 3 ? [144, 1] : [72, version === 2 ? 2 : 4]
  const length = Math.floor((samples * bitrate * 1000 * divisor) / rate) + ((third >> 1) & 1)
  return {encoding: 'mp3', length}
}

/** Bytes of the beginning that it takes to be certain; 0 where the first ones say already that these are no frames. */
export const bytesOfFrames = (head: Uint8Array): number => {
  const first = frameAt(head, 0)
  return first ? first.length + headerBytes : 0
}

/** What bare frames these are, if they are any: two in a row of one kind. */
export const foundFrames = (head: Uint8Array): Frame['encoding'] | undefined => {
  const first = frameAt(head, 0)
  const second = first && frameAt(head, first.length)
  return second?.encoding === first?.encoding ? second?.encoding : undefined
}
