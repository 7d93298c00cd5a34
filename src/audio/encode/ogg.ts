/** Bits of a page's header type (RFC 3533, 6). */
const firstPage = 2
const lastPage = 4

/** A page of 10 packets, 200 ms of sound: a listener hears the start soon, and headers cost 1.5 kbit/s. */
const packetsInPage = 10

/** Pages before those of sound: the codec's head, and the tags. */
const headPages = 2

/** A page holds at most 255 lacing values; an Opus packet of 20 ms takes at most 5 of them. */
const maxPacketBytes = 5 * 255

/** Samples of one packet at 48 kHz: 20 ms. */
const packetSamples = 960

const crcTable = Uint32Array.from({length: 256}, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1
  return crc >>> 0
})

/** The CRC of Ogg pages: polynomial 0x04c11db7, not reflected, starting at 0 (RFC 3533, 6). */
const crcOf = (page: Uint8Array): number => {
  let crc = 0
  for (const byte of page) crc = (crc << 8) ^ (crcTable[((crc >>> 24) ^ byte) & 0xff] as number)
  return crc >>> 0
}

/**
 * Writes Opus packets of 20 ms as an Ogg Opus file (RFC 7845), page by page. In TypeScript, as FFmpeg's writer leaves
 * its buffer behind with each file (node-av 6.1), and a bot writes one for each answer.
 */
export class OggOpusWriter {
  readonly #serial: number
  /** Samples before the sound starts, from the OpusHead packet: the codec's own delay. */
  readonly #preSkip: number
  readonly #head: Uint8Array
  #sequence = 0
  #written = 0
  #pending: Uint8Array[] = []

  /** @param serial tells apart what is joined into one file; any 32-bit number */
  constructor(opusHead: Buffer, serial: number) {
    this.#head = opusHead
    this.#preSkip = opusHead.readUInt16LE(10)
    this.#serial = serial
  }

  /** The two header pages. */
  header(): Uint8Array {
    const vendor = Buffer.from('Essence')
    const tags = Buffer.alloc(8 + 4 + vendor.length + 4)
    tags.write('OpusTags', 0, 'latin1')
    tags.writeUInt32LE(vendor.length, 8)
    tags.set(vendor, 12)
    return Buffer.concat([this.#page([this.#head], 0, firstPage), this.#page([tags], 0, 0)])
  }

  /** Takes a packet; gives a page when one is full. The last packet taken is held back: the last page must say so. */
  push(packet: Uint8Array): Uint8Array | undefined {
    if (packet.length > maxPacketBytes) throw new RangeError(`An Opus packet of ${packet.length} bytes is too large.`)
    // The first page holds one packet: who streams hears it at once.
    const full = this.#pending.length === (this.#sequence === headPages ? 1 : packetsInPage)
    const page = full ? this.#flush(0) : undefined
    this.#pending.push(packet)
    return page
  }

  /** @param samples length of the sound at 48 kHz: what the last packet holds beyond is not played */
  end(samples: number): Uint8Array {
    return this.#flush(lastPage, samples + this.#preSkip)
  }

  #flush(type: number, end = Number.POSITIVE_INFINITY): Uint8Array {
    this.#written += this.#pending.length * packetSamples
    const page = this.#page(this.#pending, Math.min(this.#written, end), type)
    this.#pending = []
    return page
  }

  #page(packets: readonly Uint8Array[], granule: number, type: number): Uint8Array {
    const lacing = packets.flatMap(({length}) => [
      ...new Array<number>(Math.floor(length / 255)).fill(255),
      length % 255,
    ])
    const header = Buffer.alloc(27)
    header.write('OggS', 0, 'latin1')
    header[5] = type
    header.writeBigInt64LE(BigInt(granule), 6)
    header.writeUInt32LE(this.#serial, 14)
    header.writeUInt32LE(this.#sequence++, 18)
    header[26] = lacing.length
    const page = Buffer.concat([header, Uint8Array.from(lacing), ...packets])
    page.writeUInt32LE(crcOf(page), 22)
    return page
  }
}
