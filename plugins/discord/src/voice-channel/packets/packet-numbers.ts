import type {VoiceReceiver} from '@discordjs/voice'

/** Packets and the numbers they had: @discordjs/voice hands on what was in them alone. */
const known = new WeakMap<Buffer, number>()

/** Where an RTP packet has its number (RFC 3550, 5.1). */
const numberAt = 2

/** Keeps the numbers of the packets that a receiver gives out. */
export const keepNumbers = (receiver: VoiceReceiver): void => {
  const inner = receiver as unknown as {parsePacket(bytes: Buffer, ...more: unknown[]): Buffer | null}
  const parsePacket = inner.parsePacket.bind(receiver)
  inner.parsePacket = (bytes, ...more) => {
    const packet = parsePacket(bytes, ...more)
    if (packet) known.set(packet, bytes.readUInt16BE(numberAt))
    return packet
  }
}

/** The number that a packet had on its way, 0 to 65535; undefined where it is not known. */
export const numberOf = (packet: Buffer): number | undefined => known.get(packet)

/** Gives a packet a number. */
export const setNumber = (packet: Buffer, number: number): void => void known.set(packet, number)
