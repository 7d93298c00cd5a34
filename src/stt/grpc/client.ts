import {toPcm16} from '../../audio/pcm.ts'
import {EssenceError} from '../../kit/errors.ts'
import {inPieces} from '../../kit/flow/iterate.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import {openRpcClient, type RpcClientOptions, whenHealthy, withDeadline} from '../../rpc/client.ts'
import {AudioChunk, RecognitionRequest, SpeechToTextDefinition} from '../../rpc/generated/june/asr/asr.ts'
import {joinTexts} from '../../text/join-texts.ts'
import {mainLanguage} from '../../text/language-tag.ts'
import {meanConfidence} from '../join-segments.ts'
import type {
  RecognitionEvent,
  RecognitionOptions,
  SpeechToText,
  StreamOptions,
  Transcript,
  TranscriptSegment,
} from '../port.ts'
import {configOf, engineFrom, eventOf, segmentOf, speechService} from './messages.ts'

export interface RemoteRecognizerOptions
  extends Pick<RpcClientOptions, 'url' | 'key' | 'keepaliveMs' | 'keepaliveTimeoutMs' | 'credentials'> {
  /** ms to wait for the service to be ready. Default: a minute, and as long as it says that it is loading. */
  waitMs?: number | undefined
  /** Called once, when the service has to be waited for. */
  onWait?: ((message: string) => void) | undefined
  /** ms that a recognition may take beyond twice the length of the sound. Default 30000. */
  deadlineMs?: number | undefined
  /** Text that precedes the speech, where a call brings none. Default: the service's. */
  prompt?: string | undefined
  signal?: AbortSignal | undefined
}

/** Hz of what is sent. */
const sampleRate = 16_000

/** Samples of one message: 20 minutes. Longer audio is streamed. */
const maxMessageSamples = 20 * 60 * sampleRate

/** Samples of a chunk of a stream: 4 s. */
const maxChunkSamples = 4 * sampleRate

/**
 * A recogniser at a URL (STT_URL): the port, spoken over gRPC. Resolves when the service is healthy; afterwards it
 * connects again by itself, and a call that cannot be made is REMOTE_UNREACHABLE, which is worth another try.
 * @throws CONFIG_INVALID, REMOTE_UNREACHABLE, TOKEN_MISSING, TOKEN_REJECTED, CANCELLED
 */
export const openRemoteRecognizer = async (options: RemoteRecognizerOptions): Promise<SpeechToText> => {
  const {waitMs, onWait, deadlineMs = 30_000, prompt, signal: opening} = options
  const rpc = openRpcClient(SpeechToTextDefinition, speechService, {
    ...options,
    variable: 'STT_URL',
    defaultPort: 50_052,
    name: 'The speech recognition service',
  })
  const {client, name} = rpc
  const closing = new AbortController()
  const until = (signal?: AbortSignal): AbortSignal => AbortSignal.any([closing.signal, ...(signal ? [signal] : [])])
  const closed = (): EssenceError => new EssenceError('ENGINE_UNAVAILABLE', 'The speech recogniser has been closed.')

  const ask = async (signal: AbortSignal) => {
    const health = await client.healthCheck({}, {signal})
    return health.healthy ? health : undefined
  }
  const health = await whenHealthy(name, ask, {signal: opening, waitMs, onWait}).catch(error => {
    rpc.close()
    throw error
  })
  const {info, abilities} = engineFrom(health, options.url)
  const ownPrompt = abilities.prompt ? prompt : undefined

  const withPrompt = <T extends RecognitionOptions>(asked: T): T => ({...asked, prompt: asked.prompt ?? ownPrompt})

  async function* stream(
    audio: AsyncIterable<Float32Array>,
    asked: StreamOptions = {},
  ): AsyncGenerator<RecognitionEvent> {
    const {signal, ...wanted} = withPrompt(asked)
    if (closing.signal.aborted) throw closed()
    const left = new AbortController()
    const stop = AbortSignal.any([until(signal), left.signal])
    let failure: {error: unknown} | undefined
    async function* chunks(): AsyncGenerator<AudioChunk> {
      yield AudioChunk.fromPartial({encoding: 'pcm', sampleRate, channels: 1, config: configOf(wanted)})
      try {
        for await (const pcm of untilAborted(audio, stop)) {
          for (let at = 0; at < pcm.length; at += maxChunkSamples) {
            yield AudioChunk.fromPartial({audioData: toPcm16(pcm.subarray(at, at + maxChunkSamples))})
          }
        }
      } catch (error) {
        failure = {error}
        throw error
      }
    }
    try {
      for await (const result of client.recognizeStream(chunks(), {signal: until(signal)})) {
        yield eventOf(result, asked.words ?? false)
      }
    } catch (error) {
      if (closing.signal.aborted) throw closed()
      // An error of the audio's source is the caller's own.
      if (failure && !signal?.aborted) throw failure.error
      throw error
    } finally {
      left.abort()
    }
  }

  const recognizeAtOnce = async (audio: Float32Array, asked: RecognitionOptions): Promise<Transcript> => {
    const {signal, onSegment, ...wanted} = withPrompt(asked)
    const audioMs = Math.round((1000 * audio.length) / sampleRate)
    const request = RecognitionRequest.fromPartial({
      audioData: toPcm16(audio),
      sampleRate,
      channels: 1,
      encoding: 'pcm',
      config: {...configOf(wanted), speechEvents: false},
    })
    const {results} = await withDeadline(name, deadlineMs + 2 * audioMs, until(signal), call =>
      client.recognize(request, call),
    )
    const segments = results.map(result => segmentOf(result, asked.words ?? false))
    for (const segment of segments) onSegment?.(segment)
    return transcriptOf(segments, results[0]?.detectedLanguage || languageOf(asked), audioMs)
  }

  const recognizeAsStream = async (audio: Float32Array, asked: RecognitionOptions): Promise<Transcript> => {
    const {onSegment, ...wanted} = asked
    const segments: TranscriptSegment[] = []
    let language: string | undefined
    for await (const event of stream(inPieces(audio, maxChunkSamples), wanted)) {
      if (event.type !== 'final' || event.segment.text === '') continue
      language ??= event.language
      segments.push(event.segment)
      onSegment?.(event.segment)
    }
    return transcriptOf(segments, language ?? languageOf(asked), Math.round((1000 * audio.length) / sampleRate))
  }

  return {
    info,
    abilities,
    async recognize(audio, asked = {}) {
      if (closing.signal.aborted) throw closed()
      if (asked.signal?.aborted) throw new EssenceError('CANCELLED', 'Cancelled.', {cause: asked.signal.reason})
      // The service would refuse an empty message.
      if (audio.length === 0 && !asked.language) return transcriptOf([], 'und', 0)
      try {
        if (audio.length > maxMessageSamples) return await recognizeAsStream(audio, asked)
        return await recognizeAtOnce(audio.length === 0 ? new Float32Array(1) : audio, asked)
      } catch (error) {
        if (closing.signal.aborted) throw closed()
        throw error
      }
    },
    stream,
    async close() {
      closing.abort()
      rpc.close()
    },
  }
}

const languageOf = ({language = 'auto'}: RecognitionOptions): string =>
  language === 'auto' ? 'und' : mainLanguage(language)

const transcriptOf = (segments: TranscriptSegment[], language: string, audioMs: number): Transcript => ({
  text: joinTexts(segments.map(({text}) => text)),
  segments,
  language,
  audioMs,
  confidence: meanConfidence(segments),
})
