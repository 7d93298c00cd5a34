import {setTimeout as delay} from 'node:timers/promises'
import {openOpusPacketEncoder, opusPacketMs} from '@essence/core/audio/encode/opus-packets'
import type {DAVESession} from '@snazzah/davey'
import {op} from './opcodes.ts'
import type {RtpPacket} from './rtp.ts'
import type {VoiceServer} from './voice-server.ts'

export const silenceFrame = Buffer.from([0xf8, 0xff, 0xfe])

export interface PersonOptions {
  id: string
  ssrc: number
  server: () => VoiceServer
  /** Undefined: nothing is encrypted end to end. */
  session: () => DAVESession | undefined
  /** Encrypts with keys that nobody else has, where it is there. */
  lostKeys: () => DAVESession | undefined
  /** Whether a packet is lost on its way, or is overtaken by the two behind it. */
  isLost: () => boolean
  isLate: () => boolean
}

/** Somebody in the channel who speaks, as a client of Discord's sends it: in real time, and five frames of silence at the end. */
export const openPerson = ({id, ssrc, server, session, lostKeys, isLost, isLate}: PersonOptions) => {
  let sequence = 1000
  let timestamp = 5000
  let announcedTo: VoiceServer | undefined
  let overtaken: {packet: RtpPacket; by: number}[] = []

  const send = (opus: Buffer): void => {
    // Once to each client that comes: whose packets these are.
    if (announcedTo !== server()) server().json(op.speaking, {user_id: id, ssrc, speaking: 1})
    announcedTo = server()
    sequence++
    timestamp += 960
    const keys = lostKeys() ?? session()
    const isPlain = opus.equals(silenceFrame) || !keys?.ready
    const payload = isPlain ? opus : keys.encryptOpus(opus)
    const packet = {sequence, timestamp, ssrc, payload}
    if (isLost()) return
    if (isLate()) {
      overtaken.push({packet, by: 0})
      return
    }
    server().send(packet)
    for (const one of overtaken) if (++one.by === 2) server().send(one.packet)
    overtaken = overtaken.filter(({by}) => by < 2)
  }

  const sendPaced = async (packets: readonly Buffer[]): Promise<void> => {
    const startedAt = performance.now()
    for (const [n, packet] of packets.entries()) {
      await delay(Math.max(0, startedAt + n * opusPacketMs - performance.now()))
      send(packet)
    }
  }

  return {
    id,
    /** @param pcm mono, 48 kHz @returns when its last sound was sent, on the clock of `performance.now` */
    async say(pcm: Float32Array): Promise<number> {
      const encoder = await openOpusPacketEncoder()
      const packets = [...encoder.push(pcm), ...encoder.flush()]
      encoder.close()
      await sendPaced(packets)
      const endedAt = performance.now()
      await sendPaced(new Array<Buffer>(5).fill(silenceFrame))
      return endedAt
    },
    /** The next client is told of this person anew. */
    forgetAnnounced: (): void => {
      announcedTo = undefined
    },
  }
}

export type PeerPerson = ReturnType<typeof openPerson>
