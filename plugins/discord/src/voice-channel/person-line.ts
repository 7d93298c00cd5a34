import type {Readable} from 'node:stream'
import {type OpusPacketDecoder, openOpusPacketDecoder} from '@essence/core/audio/decode/opus-packets'

/** Samples in a ms of what is heard. */
const perMs = 16

/** ms without a packet after which there is silence: clients send none while nobody speaks, and networks deliver late. */
const gapMs = 60

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
  now?: () => number
}

/**
 * One person's sound: packets of theirs, as a microphone would give them. Where none come there is silence, so that a pause is heard as one; it is
 * never shorter for packets that come late, nor is any sound lost for it.
 */
export class PersonLine {
  readonly #options: PersonLineOptions
  readonly #now: () => number
  #decoder: OpusPacketDecoder | undefined
  /** Clock at which ms 0 of what is heard was; undefined: the line sleeps. */
  #zero: number | undefined
  #heardMs = 0
  #soundedAt = 0
  #isClosed = false

  constructor(options: PersonLineOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Whether `tick` has anything to do. */
  get isAwake(): boolean {
    return this.#zero !== undefined
  }

  /** Reads Opus packets, also those that came while it is opened. @throws ENGINE_UNAVAILABLE, ENGINE_FAILED */
  async read(packets: Readable): Promise<void> {
    this.#decoder ??= await openOpusPacketDecoder(1000 * perMs)
    if (this.#isClosed) this.#free()
    else packets.on('data', (packet: Buffer) => this.#take(packet))
  }

  /** To be called every 20 ms or so while it is awake. */
  tick(): void {
    if (this.#zero === undefined) return
    if (this.#lagMs > gapMs) this.#hear(new Float32Array(Math.round(this.#lagMs * perMs)))
    if (this.#now() - this.#soundedAt > sleepAfterMs) this.#zero = undefined
  }

  close(): void {
    this.#isClosed = true
    this.#zero = undefined
    this.#free()
  }

  #take(packet: Buffer): void {
    if (!this.#decoder) return
    const isSilence = packet.equals(silenceFrame)
    // Not decrypted: the key for it is not there yet.
    if (!isSilence && packet.subarray(-daveMarker.length).equals(daveMarker)) return
    if (isSilence && !this.isAwake) return
    const sound = isSilence ? new Float32Array(20 * perMs) : this.#decoder.decode(packet)
    if (!sound) return
    const now = this.#now()
    if (!isSilence) {
      this.#soundedAt = now
      this.#options.onRead()
    }
    this.#zero ??= now - this.#heardMs
    if (this.#lagMs > gapMs) this.#hear(new Float32Array(Math.round(this.#lagMs * perMs)))
    this.#hear(sound)
  }

  /** ms by which what was heard is behind the clock. */
  get #lagMs(): number {
    return this.#now() - (this.#zero ?? 0) - this.#heardMs
  }

  #hear(audio: Float32Array): void {
    this.#heardMs += audio.length / perMs
    this.#options.hear(audio)
  }

  #free(): void {
    this.#decoder?.close()
    this.#decoder = undefined
  }
}
