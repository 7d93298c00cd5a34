import type {Codec, CodecContext} from 'node-av/lib'
import {throwIfCancelled} from '../../kit/errors.ts'
import {expectOk, type Ffmpeg} from '../ffmpeg.ts'
import {Framer, toPcm16} from '../pcm.ts'
import {monoLayout} from '../resample.ts'

/** How a codec is set up, by FFmpeg's names. */
export interface EncoderSetup {
  codec: 'libopus' | 'libmp3lame' | 'aac' | 'flac'
  sampleFormat: 'AV_SAMPLE_FMT_FLT' | 'AV_SAMPLE_FMT_FLTP' | 'AV_SAMPLE_FMT_S16'
  options: Record<string, string>
  /** Hz. */
  sampleRate: number
  /** Bits a second; absent where every sample is kept. */
  bitrate?: number | undefined
}

/** An encoder at work on mono samples. Free it with `using` or `[Symbol.dispose]`. */
export class Encoder implements Disposable {
  /** What the container has to say about the codec: for Opus the OpusHead packet (RFC 7845, 5.1), for FLAC its STREAMINFO (RFC 9639, 8.2). */
  readonly header: Buffer
  readonly #ffmpeg: Ffmpeg
  readonly #context: CodecContext
  readonly #framer: Framer
  #samples = 0
  /** Whether a packet was given. */
  #hasBegun = false

  private constructor(ffmpeg: Ffmpeg, context: CodecContext) {
    this.#ffmpeg = ffmpeg
    this.#context = context
    this.#framer = new Framer(context.frameSize)
    this.header = context.extraData ?? Buffer.alloc(0)
  }

  static async open(ffmpeg: Ffmpeg, setup: EncoderSetup): Promise<Encoder> {
    const context = new ffmpeg.CodecContext()
    try {
      const codec: Codec | null = ffmpeg.Codec.findEncoderByName(
        setup.codec as Parameters<typeof ffmpeg.Codec.findEncoderByName>[0],
      )
      context.allocContext3(codec)
      context.sampleRate = setup.sampleRate
      context.sampleFormat = ffmpeg[setup.sampleFormat]
      context.channelLayout = monoLayout(ffmpeg)
      if (setup.bitrate !== undefined) context.bitRate = BigInt(setup.bitrate)
      context.timeBase = new ffmpeg.Rational(1, setup.sampleRate)
      using options = ffmpeg.Dictionary.fromObject(setup.options)
      expectOk(ffmpeg, await context.open2(codec, options), `to open the encoder ${setup.codec}`)
      return new Encoder(ffmpeg, context)
    } catch (error) {
      context.freeContext()
      throw error
    }
  }

  /** Hz of what is taken. */
  get sampleRate(): number {
    return this.#context.sampleRate
  }

  /** Samples taken so far. */
  get samples(): number {
    return this.#samples
  }

  /** Encodes samples, off the event loop, and gives the packets that are complete. */
  async *push(pcm: Float32Array, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const samples of this.#framer.push(pcm)) {
      throwIfCancelled(signal)
      yield* await this.#encode(samples)
    }
  }

  /** Ends the sound, and gives the last packets. */
  async *flush(): AsyncGenerator<Uint8Array> {
    for (const samples of this.#framer.flush()) yield* await this.#encode(samples)
    expectOk(this.#ffmpeg, await this.#context.sendFrame(null), 'to end the encoder')
    yield* this.#packets()
  }

  async #encode(samples: Float32Array): Promise<Uint8Array[]> {
    const ffmpeg = this.#ffmpeg
    const steps = this.#context.sampleFormat === ffmpeg.AV_SAMPLE_FMT_S16
    const bytes = steps ? toPcm16(samples) : Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
    using frame = ffmpeg.Frame.fromAudioBuffer(bytes, {
      nbSamples: samples.length,
      format: this.#context.sampleFormat,
      sampleRate: this.#context.sampleRate,
      channelLayout: monoLayout(ffmpeg),
      timeBase: this.#context.timeBase,
      pts: BigInt(this.#samples),
    })
    this.#samples += samples.length
    // Until the first packet is there, a listener waits: the way to another thread and back takes longer than a frame, on a busy machine.
    const code = this.#hasBegun ? await this.#context.sendFrame(frame) : this.#context.sendFrameSync(frame)
    expectOk(ffmpeg, code, 'to encode')
    const packets = this.#packets()
    this.#hasBegun ||= packets.length > 0
    return packets
  }

  #packets(): Uint8Array[] {
    using packet = new this.#ffmpeg.Packet()
    packet.alloc()
    const packets: Uint8Array[] = []
    while (this.#context.receivePacketSync(packet) >= 0) {
      packets.push(new Uint8Array(packet.data ?? []))
      packet.unref()
    }
    return packets
  }

  [Symbol.dispose](): void {
    this.#context.freeContext()
  }
}
