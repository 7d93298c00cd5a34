import {decodeAudio, readAudio} from '../../audio/decode/decode.ts'
import {checkedEncoding, headBytes} from '../../audio/decode/encoding.ts'
import {decodeLive} from '../../audio/decode/live.ts'
import {concatSamples, fromPcm16} from '../../audio/pcm.ts'
import {isSampleRate} from '../../audio/resample.ts'
import {EssenceError} from '../../kit/errors.ts'
import {type Cooperative, inChunks, runYielding} from '../../kit/flow/cooperative.ts'
import {one, startingWith} from '../../kit/flow/iterate.ts'

/** What a client says of its audio. */
export interface DeclaredFormat {
  encoding: string
  /** Hz; 0: not said. */
  sampleRate: number
  /** 0: not said. */
  channels: number
}

/** Limits of a recording in one message, in bytes and in ms: an hour is 230 MB of samples. */
export const maxBytes = 50 * 1024 ** 2
export const maxMs = 3_600_000

export interface RequestAudioOptions {
  /** Hz of raw PCM that does not say its own. */
  defaultRate: number
  signal: AbortSignal
}

/**
 * The audio of one message, as 16 kHz mono.
 * @throws USAGE (a format that is not true), AUDIO_EMPTY, AUDIO_UNREADABLE, AUDIO_TOO_LARGE, AUDIO_TOO_LONG, CANCELLED
 */
export const readRequestAudio = async (
  bytes: Uint8Array,
  format: DeclaredFormat,
  {defaultRate, signal}: RequestAudioOptions,
): Promise<Float32Array> => {
  if (bytes.length > maxBytes) {
    throw new EssenceError(
      'AUDIO_TOO_LARGE',
      `The recording has ${bytes.length} bytes; at most ${maxBytes} are taken at once.`,
      {suggestions: ['Send it in pieces, through RecognizeStream: there it may have any length.']},
    )
  }
  if (bytes.length === 0) throw new EssenceError('AUDIO_EMPTY', 'The recording is empty (0 bytes).')
  const encoding = checkedEncoding(format.encoding, bytes)
  if (encoding !== 'pcm') return readAudio({bytes}, {maxDurationMs: maxMs, signal})
  const raw = rawOf(format, defaultRate)
  if (raw.sampleRate === recognizerRate && raw.channels === 1) return runYielding(samplesOf(bytes))
  // At a low rate 50 MB last for hours; as samples at 16 kHz they would be gigabytes.
  const ms = (1000 * (bytes.length >> 1)) / raw.channels / raw.sampleRate
  if (isSampleRate(raw.sampleRate) && ms > maxMs) throw tooLong(ms, raw.sampleRate)
  const parts: Float32Array[] = []
  for await (const part of decodeLive(one(bytes), {raw, signal})) parts.push(part)
  return concatSamples(parts)
}

/**
 * Audio in pieces, as 16 kHz mono, while it arrives; a container that cannot be read that way (m4a), or one too many at a time of
 * those that take a decoder (webm, mp3, flac, rarer kinds of wav and ogg), when it is complete.
 * @throws as `readRequestAudio`, but for the limits, and what the source of the pieces throws
 */
export async function* streamRequestAudio(
  pieces: AsyncIterable<Uint8Array>,
  format: DeclaredFormat,
  {defaultRate, signal}: RequestAudioOptions,
): AsyncGenerator<Float32Array> {
  const source = pieces[Symbol.asyncIterator]()
  const head = await readHead(source)
  // A client that sent nothing has said nothing.
  if (head.length === 0) return
  const encoding = checkedEncoding(format.encoding, head)
  const all = startingWith<Uint8Array>(head, source)
  if (encoding === 'pcm') return yield* decodeLive(all, {raw: rawOf(format, defaultRate), signal})
  if (encoding === 'm4a') return yield* decodeAudio({stream: all}, {signal})
  yield* decodeLive(all, {signal})
}

/** Samples made between two yields: about 2 ms; those of 50 MB at once take 100 ms and more, in which no other client is served. */
const chunkSamples = 500_000

function* samplesOf(bytes: Uint8Array): Cooperative<Float32Array> {
  const pcm = new Float32Array(bytes.length >> 1)
  yield* inChunks(pcm.length, chunkSamples, (from, to) => pcm.set(fromPcm16(bytes.subarray(2 * from, 2 * to)), from))
  return pcm
}

const tooLong = (ms: number, rate: number): EssenceError =>
  new EssenceError(
    'AUDIO_TOO_LONG',
    `The recording lasts ${Math.round(ms / 60_000)} minutes at ${rate} Hz; at most ${maxMs / 60_000} are taken at once.`,
    {
      suggestions: [
        'Say its true sample rate, or send it in pieces, through RecognizeStream: there it may have any length.',
      ],
    },
  )

/** Hz of what recognisers take: such PCM needs no resampling, nor another thread. */
const recognizerRate = 16_000

const rawOf = ({sampleRate, channels}: DeclaredFormat, defaultRate: number) => ({
  sampleRate: sampleRate === 0 ? defaultRate : sampleRate,
  channels: channels === 0 ? 1 : channels,
})

/** Enough bytes to tell what it is, or all there are. */
const readHead = async (source: AsyncIterator<Uint8Array>): Promise<Buffer> => {
  let head: Buffer = Buffer.alloc(0)
  while (head.length < headBytes(head)) {
    const {done, value} = await source.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  return head
}
