import {aacRates} from './encoded-rates.ts'

/** Bytes of the header, without the CRC that it may have. */
const headerBytes = 7

/**
 * What stands before each packet of AAC that is in no container (ISO 13818-7, 6.2): mono, low complexity.
 * @param packetBytes without the header; AAC of one channel has at most 768
 * @param sampleRate one of `aacRates`
 */
export const adtsHeader = (packetBytes: number, sampleRate: number): Uint8Array => {
  const length = packetBytes + headerBytes
  const [profile, rate, channels] = [1, aacRates.indexOf(sampleRate), 1]
  return Uint8Array.of(
    0xff,
    0xf1, // MPEG-4, no CRC
    (profile << 6) | (rate << 2) | (channels >> 2),
    ((channels & 3) << 6) | (length >> 11),
    (length >> 3) & 0xff,
    ((length & 7) << 5) | 0x1f, // the buffer's fullness is not said: all ones
    0xfc,
  )
}
