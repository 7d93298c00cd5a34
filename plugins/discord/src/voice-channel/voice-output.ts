import {Readable} from 'node:stream'
import {type AudioPlayer, AudioResource, createAudioPlayer, NoSubscriberBehavior} from '@discordjs/voice'
import {type OpusPacketEncoder, openOpusPacketEncoder, opusPacketRate} from '@essence/core/audio/encode/opus-packets'
import {type LiveResampler, openLiveResampler} from '@essence/core/audio/live-resampler'
import type {PcmChunk} from '@essence/core/audio/pcm'
import type {LiveEvent} from '@essence/core/conversation/port'

/** Frames of silence after June's last sound, so that listeners' decoders invent none: five arrive, the player keeps the last. */
const paddingFrames = 6

/** ms after a piece of sound within which the next one comes, as long as she speaks: sooner than what was pushed has been played. */
const pieceWithinMs = 70

/** What June says, as the channel hears it: Opus, 48 kHz in two channels, in packets of 20 ms. One answer at a time. */
export class VoiceOutput {
  /** Paces the packets; to be subscribed to by the connection. */
  readonly player: AudioPlayer
  readonly #encoder: OpusPacketEncoder
  readonly #resampler: LiveResampler
  #stream: Readable | undefined
  #isHeld = false
  #flushing: NodeJS.Timeout | undefined

  private constructor(encoder: OpusPacketEncoder, resampler: LiveResampler) {
    this.#encoder = encoder
    this.#resampler = resampler
    this.player = createAudioPlayer({
      debug: false,
      // Between two sentences the model may think: silence is played until the answer is over, however long that takes.
      behaviors: {noSubscriber: NoSubscriberBehavior.Pause, maxMissedFrames: Number.POSITIVE_INFINITY},
    })
    // What was held before its first packet.
    this.player.on('stateChange', (_, {status}) => {
      if (status === 'playing' && this.#isHeld) this.player.pause()
    })
    // A stream of ours cannot fail; without a listener an error would end the process.
    this.player.on('error', () => {})
  }

  /** @throws ENGINE_UNAVAILABLE, ENGINE_FAILED */
  static async open(): Promise<VoiceOutput> {
    const [encoder, resampler] = await Promise.all([openOpusPacketEncoder(), openLiveResampler(opusPacketRate)])
    return new VoiceOutput(encoder, resampler)
  }

  /** What happens in the conversation whose answer is given. */
  take(event: LiveEvent): void {
    if (event.type === 'audio') this.push(event)
    else if (event.type === 'held') this.hold()
    else if (event.type === 'resumed') this.goOn()
    else if (event.type === 'responseEnded') {
      if (event.status === 'completed' || event.status === 'failed') this.end()
      else this.stop()
    }
  }

  /** Sound that is due. */
  push(chunk: PcmChunk): void {
    clearTimeout(this.#flushing)
    this.#queue(this.#encoder.push(this.#resampler.push(chunk)))
    // The last of it is less than a packet.
    this.#flushing = setTimeout(() => this.#queue(this.#encoder.flush()), pieceWithinMs)
  }

  /** Quiet at once, and on from there by `goOn`. */
  hold(): void {
    this.#isHeld = true
    this.player.pause()
  }

  goOn(): void {
    this.#isHeld = false
    this.player.unpause()
  }

  /** The answer is over: what was pushed is played to its end. */
  end(): void {
    this.goOn()
    clearTimeout(this.#flushing)
    const rest = this.#encoder.flush()
    if (!this.#stream) return
    this.#queue(rest)
    this.#stream.push(null)
    this.#stream = undefined
  }

  /** She is interrupted: quiet at once, for good. */
  stop(): void {
    clearTimeout(this.#flushing)
    // What is half encoded is of an answer that is over.
    this.#encoder.flush()
    const stream = this.#stream
    this.#stream = undefined
    this.#isHeld = false
    if (!stream) return
    this.player.unpause()
    this.player.stop()
  }

  close(): void {
    clearTimeout(this.#flushing)
    this.#stream = undefined
    this.player.stop(true)
    this.#encoder.close()
    this.#resampler.close()
  }

  #queue(packets: readonly Buffer[]): void {
    if (packets.length === 0) return
    if (!this.#stream) {
      this.#stream = new Readable({objectMode: true, highWaterMark: Number.MAX_SAFE_INTEGER, read() {}})
      this.player.play(new AudioResource([], [this.#stream], null, paddingFrames))
    }
    for (const packet of packets) this.#stream.push(packet)
  }
}
