import {frameSamples} from '@essence/core/stt/vad/vad'
import {refusal} from '../../openai/errors.ts'
import {bytesPerSample, decodeSound, rateOf, type SoundFormat} from './format.ts'
import type {JudgedSound} from './judged.ts'
import {RateChange} from './rate-change.ts'

/** Hz of what is heard. */
const heardRate = 16_000

/** Bytes of sound in one event, as OpenAI has it. */
const maxBytes = 15 * 1024 ** 2

/** Sound that may wait for the detector of speech, in samples: 10 s. A client that sends faster is read no faster. */
const maxAhead = 10 * heardRate

/** Samples heard at once: 1 s. */
const pieceSamples = heardRate

export interface IncomingOptions {
  format: SoundFormat
  hear: (audio: Float32Array) => void
  judged: JudgedSound
  signal: AbortSignal
}

/** The sound of the client's microphone, as the conversation hears it. */
export class IncomingSound implements Disposable {
  readonly #hear: IncomingOptions['hear']
  readonly #judged: JudgedSound
  readonly #signal: AbortSignal
  #format: SoundFormat
  #change: RateChange
  /** Half a sample at the end of what came. */
  #rest: Uint8Array = new Uint8Array()
  #samples = 0

  constructor({format, hear, judged, signal}: IncomingOptions) {
    this.#hear = hear
    this.#judged = judged
    this.#signal = signal
    this.#format = format
    this.#change = new RateChange(rateOf(format), heardRate)
  }

  /** ms that were heard. */
  get heardMs(): number {
    return Math.round((this.#samples / heardRate) * 1000)
  }

  async setFormat(format: SoundFormat): Promise<void> {
    if (format.type === this.#format.type) return
    await this.#give(await this.#change.flush())
    this.#format = format
    this.#rest = new Uint8Array()
    this.#change = new RateChange(rateOf(format), heardRate)
  }

  /** @throws USAGE (no base64), AUDIO_TOO_LARGE */
  async push(base64: string): Promise<void> {
    const bytes = Buffer.concat([this.#rest, bytesOf(base64)])
    const whole = bytes.length - (bytes.length % bytesPerSample(this.#format))
    this.#rest = bytes.subarray(whole)
    await this.#give(await this.#change.push(decodeSound(bytes.subarray(0, whole), this.#format)))
  }

  /** Resolves once all that was pushed has been judged; to its last frame, which is filled up with silence. */
  async settle(): Promise<void> {
    await this.#give(await this.#change.flush())
    const over = this.#samples % frameSamples
    if (over > 0) await this.#give(new Float32Array(frameSamples - over))
    await this.#judged.reached(this.#samples, this.#signal)
  }

  async #give(audio: Float32Array): Promise<void> {
    for (let at = 0; at < audio.length; at += pieceSamples) {
      const piece = audio.subarray(at, at + pieceSamples)
      this.#samples += piece.length
      this.#hear(piece)
      await this.#judged.reached(this.#samples - maxAhead, this.#signal)
    }
  }

  [Symbol.dispose](): void {
    this.#change[Symbol.dispose]()
  }
}

const bytesOf = (base64: string): Buffer => {
  const param = 'audio'
  if (base64.length > Math.ceil(maxBytes / 3) * 4) {
    throw refusal(`The sound of one event has more than ${maxBytes} bytes.`, {param}, 'AUDIO_TOO_LARGE')
  }
  if (!/^[\w+/-]*={0,2}$/.test(base64)) {
    throw refusal('The sound is not written in base64.', {param, fault: 'invalid_value'})
  }
  return Buffer.from(base64, 'base64')
}
