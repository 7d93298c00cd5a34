import {decodeAudio, readAudio} from '../../audio/decode/decode.ts'
import {checkedEncoding, headBytes} from '../../audio/decode/encoding.ts'
import {decodeLive} from '../../audio/decode/live.ts'
import {concatSamples, fromPcm16} from '../../audio/pcm.ts'
import {isSampleRate} from '../../audio/resample.ts'
import {EssenceError} from '../../kit/errors.ts'
import {type Cooperative, inChunks, runYielding} from '../../kit/flow/cooperative.ts'
import {one, startingWith} from '../../kit/flow/iterate.ts'
import type {Semaphore} from '../../kit/flow/semaphore.ts'

/** What is said of sound that comes over the wire. */
export interface SoundLabel {
  encoding: string
  /** Hz; 0: not said. */
  sampleRate: number
  /** 0: not said. */
  channels: number
}

/** Largest recording taken at once, in bytes, and longest, in ms: an hour is 230 MB of samples. */
export const mostBytes = 50 * 1024 ** 2
export const mostMs = 3_600_000

export interface SoundOptions {
  /** Hz of raw PCM that does not say its own. */
  defaultRate: number
  signal: AbortSignal
}

export interface LiveSoundOptions extends SoundOptions {
  /** Places of streams that FFmpeg reads while they arrive; each holds one of the four threads of Node's pool. */
  readers: Semaphore
}

/**
 * Sound as it came in one message, as 16 kHz mono.
 * @throws USAGE (a wrong label), AUDIO_EMPTY, AUDIO_UNREADABLE, AUDIO_TOO_LARGE, AUDIO_TOO_LONG, CANCELLED
 */
export const soundOf = async (
  bytes: Uint8Array,
  label: SoundLabel,
  {defaultRate, signal}: SoundOptions,
): Promise<Float32Array> => {
  if (bytes.length > mostBytes) {
    throw new EssenceError(
      'AUDIO_TOO_LARGE',
      `The recording has ${bytes.length} bytes; at most ${mostBytes} are taken at once.`,
      {suggestions: ['Send it in pieces, through RecognizeStream: there it may have any length.']},
    )
  }
  if (bytes.length === 0) throw new EssenceError('AUDIO_EMPTY', 'The recording is empty (0 bytes).')
  const encoding = checkedEncoding(label.encoding, bytes)
  if (encoding !== 'pcm') return readAudio({bytes}, {maxDurationMs: mostMs, signal})
  const raw = rawOf(label, defaultRate)
  if (raw.sampleRate === recognizerRate && raw.channels === 1) return runYielding(samplesOf(bytes))
  // At a low rate 50 MB last for hours; as samples at 16 kHz they would be gigabytes.
  const ms = (1000 * (bytes.length >> 1)) / raw.channels / raw.sampleRate
  if (isSampleRate(raw.sampleRate) && ms > mostMs) throw tooLong(ms, raw.sampleRate)
  const parts: Float32Array[] = []
  for await (const part of decodeLive(one(bytes), {raw, signal})) parts.push(part)
  return concatSamples(parts)
}

/**
 * Sound that comes in pieces, as 16 kHz mono, while it comes; a container that cannot be read that way (m4a), or one too
 * many at a time of those that hold a thread (webm, mp3, flac, rarer kinds of wav and ogg), when it is complete.
 * @throws as `soundOf`, but for the limits, and what the pieces' source throws
 */
export async function* soundWhileItComes(
  pieces: AsyncIterable<Uint8Array>,
  label: SoundLabel,
  {defaultRate, signal, readers}: LiveSoundOptions,
): AsyncGenerator<Float32Array> {
  const source = pieces[Symbol.asyncIterator]()
  const head = await beginning(source)
  // Somebody who sent nothing has said nothing.
  if (head.length === 0) return
  const encoding = checkedEncoding(label.encoding, head)
  const all = startingWith<Uint8Array>(head, source)
  if (encoding === 'pcm') return yield* decodeLive(all, {raw: rawOf(label, defaultRate), signal})
  if (encoding === 'm4a') return yield* decodeAudio({stream: all}, {signal})
  yield* decodeLive(all, {signal, takeThread: () => readers.tryAcquire()})
}

/** Samples made between two pauses: about 2 ms; of 50 MB all at once take 100 ms and more, in which nobody else is served. */
const stride = 500_000

function* samplesOf(bytes: Uint8Array): Cooperative<Float32Array> {
  const pcm = new Float32Array(bytes.length >> 1)
  yield* inChunks(pcm.length, stride, (from, to) => pcm.set(fromPcm16(bytes.subarray(2 * from, 2 * to)), from))
  return pcm
}

const tooLong = (ms: number, rate: number): EssenceError =>
  new EssenceError(
    'AUDIO_TOO_LONG',
    `The recording lasts ${Math.round(ms / 60_000)} minutes at ${rate} Hz; at most ${mostMs / 60_000} are taken at once.`,
    {
      suggestions: [
        'Say its true sample rate, or send it in pieces, through RecognizeStream: there it may have any length.',
      ],
    },
  )

/** Hz of what recognisers take: such PCM needs no resampling, and no way to another thread and back. */
const recognizerRate = 16_000

const rawOf = ({sampleRate, channels}: SoundLabel, defaultRate: number) => ({
  sampleRate: sampleRate === 0 ? defaultRate : sampleRate,
  channels: channels === 0 ? 1 : channels,
})

/** Enough bytes to tell what it is, or all there are. */
const beginning = async (source: AsyncIterator<Uint8Array>): Promise<Buffer> => {
  let head: Buffer = Buffer.alloc(0)
  while (head.length < headBytes(head)) {
    const {done, value} = await source.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  return head
}
