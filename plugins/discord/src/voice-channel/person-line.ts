import type {Readable} from 'node:stream'
import {type OpusPacketDecoder, openOpusPacketDecoder} from '@essence/core/audio/decode/opus-packets'
import {JitterBuffer} from './packets/jitter-buffer.ts'
import {numberOf} from './packets/packet-numbers.ts'

/** Samples in a ms of what is heard. */
const perMs = 16

/** ms of a packet. */
const packetMs = 20

/** ms without a packet after which there is silence: clients send none while nobody speaks; networks lose one or two in a row, and deliver late. */
const gapMs = 80

/** ms by which sound may be ahead of the clock: of a burst. Who sends more than there is time for gains nothing by it. */
const maxAheadMs = 100

/** Packets lost in a row in whose place the sound before them fades out; of more there is silence. */
const maxConcealed = 3

/** ms of silence after which nothing more is heard until somebody speaks: longer than a conversation waits for anybody to go on. */
const sleepAfterMs = 4000

/** What clients send five of when somebody stops. */
const silenceFrame = Buffer.from([0xf8, 0xff, 0xfe])

/** What ends a packet that is encrypted end to end (DAVE protocol, "Protocol supplemental data"). */
const daveMarker = Buffer.from([0xfa, 0xfa])

export interface PersonLineOptions {
  /** mono, 16 kHz, −1..1, in real time. */
  hear: (audio: Float32Array) => void
  /** A packet of theirs could be read that is not silence. */
  onRead: () => void
  /** ms of a clock that stands still with the process. */
  now: () => number
}

/**
 * One person's sound: packets of theirs, as a microphone would give them. Where none come there is silence, as long as it lasts, so that a pause is
 * heard as one; of what comes late nothing is left out.
 */
export class PersonLine {
  readonly #options: PersonLineOptions
  readonly #now: () => number
  #opening: Promise<OpusPacketDecoder> | undefined
  #decoder: OpusPacketDecoder | undefined
  /** Clock to which sound has been heard, ahead of it where packets came in a burst; undefined: the line sleeps. */
  #reached: number | undefined
  /** Whether silence is heard, in place of packets. */
  #isGap = false
  readonly #inOrder: JitterBuffer<Buffer>
  /** The sound of the packet before. */
  #last: Float32Array = new Float32Array()
  #soundedAt = 0
  #isClosed = false

  constructor(options: PersonLineOptions) {
    this.#options = options
    this.#now = options.now
    this.#inOrder = new JitterBuffer(
      given => ('packet' in given ? this.#take(given.packet) : this.#conceal(given.lost)),
      options.now,
    )
  }

  /** Whether `tick` has anything to do. */
  get isAwake(): boolean {
    return this.#reached !== undefined || this.#inOrder.isWaiting
  }

  /** Reads Opus packets, also those that came while it is opened. @throws ENGINE_UNAVAILABLE, ENGINE_FAILED */
  async read(packets: Readable): Promise<void> {
    this.#opening ??= openOpusPacketDecoder(1000 * perMs)
    this.#decoder = await this.#opening
    if (this.#isClosed) this.#free()
    else packets.on('data', (packet: Buffer) => this.#came(packet))
  }

  /** To be called every 20 ms or so while it is awake. */
  tick(): void {
    this.#inOrder.look()
    if (this.#reached === undefined) return
    this.#fillGap()
    if (this.#now() - this.#soundedAt > sleepAfterMs) this.#reached = undefined
  }

  close(): void {
    this.#isClosed = true
    this.#reached = undefined
    this.#free()
  }

  #came(packet: Buffer): void {
    const number = numberOf(packet)
    if (number === undefined) this.#take(packet)
    else this.#inOrder.push(number, packet)
  }

  /** What was lost sounds as what was before it, and fades out: neither is the word cut in two, nor is it shorter. */
  #conceal(lost: number): void {
    if (this.#reached === undefined || this.#isGap) return
    const last = this.#last
    for (let n = 0; n < Math.min(lost, maxConcealed); n++) {
      this.#reached += last.length / perMs
      this.#options.hear(last.map((sample, at) => sample * (1 - (n + at / last.length) / maxConcealed)))
    }
  }

  #take(packet: Buffer): void {
    if (!this.#decoder) return
    const isSilence = packet.equals(silenceFrame)
    // Not decrypted: the key for it is not there yet.
    if (!isSilence && packet.subarray(-daveMarker.length).equals(daveMarker)) return
    if (isSilence && this.#reached === undefined) return
    const sound = isSilence ? new Float32Array(packetMs * perMs) : this.#decoder.decode(packet)
    if (!sound) return
    const now = this.#now()
    if (!isSilence) {
      this.#soundedAt = now
      this.#options.onRead()
    }
    this.#reached ??= now
    this.#fillGap()
    this.#isGap = false
    // Of what was lost beyond that the pause that follows is as long as it is.
    const reached = Math.max(this.#reached + sound.length / perMs, now - packetMs)
    this.#reached = Math.min(reached, now + maxAheadMs)
    this.#last = sound
    this.#options.hear(sound)
  }

  /** Silence, up to now, where no packets come. */
  #fillGap(): void {
    const now = this.#now()
    const lagMs = now - (this.#reached ?? now)
    if (this.#inOrder.isWaiting || lagMs <= (this.#isGap ? 0 : gapMs)) return
    this.#isGap = true
    this.#reached = now
    this.#options.hear(new Float32Array(Math.round(lagMs * perMs)))
  }

  #free(): void {
    this.#decoder?.close()
    this.#decoder = undefined
  }
}
