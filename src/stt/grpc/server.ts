import {performance} from 'node:perf_hooks'
import {EssenceError} from '../../kit/errors.ts'
import {
  type AudioChunk,
  type RecognitionResult,
  SpeechToTextDefinition,
  type SpeechToTextServiceImplementation,
} from '../../rpc/generated/june/asr/asr.ts'
import {type RpcServer, type RpcServerOptions, startRpcServer} from '../../rpc/server.ts'
import {withIdleLimit} from '../../rpc/stream-input.ts'
import type {SpeechToText} from '../port.ts'
import {healthOf, recognitionOptions, resultOf, resultOfEvent, speechService, streamOptions} from './messages.ts'
import {type DeclaredFormat, readRequestAudio, streamRequestAudio} from './request-audio.ts'

/** Largest message of a stream: some of them wait in memory. */
const maxChunkBytes = 4 * 1024 ** 2

export interface SpeechServerOptions
  extends Omit<
    RpcServerOptions<typeof SpeechToTextDefinition>,
    'definition' | 'service' | 'implementation' | 'check' | 'limit'
  > {
  /** The recogniser, once it is warm. */
  recognizer: () => SpeechToText | undefined
  version: string
  /** Whether its engine works. Default: it does. */
  healthy?: (() => boolean) | undefined
  /** Hz of raw PCM that does not say its own. */
  sampleRate: number
  /** ms after which a client that sends nothing and does not end its stream is given up. */
  idleMs: number
  /** Called with how long each recording took to decode and to recognise, in ms, and whether there was speech in it. */
  onRecognized?: ((recognition: {decodeMs: number; recognizeMs: number; speech: boolean}) => void) | undefined
  /** Called when speech begins, or a stream ends without any. */
  onSpeech?: ((action: 'detected' | 'silence') => void) | undefined
}

/**
 * Serves a recogniser as `june.asr.SpeechToText`.
 * @throws PORT_IN_USE, CONFIG_INVALID
 */
export const serveSpeechToText = ({
  recognizer,
  version,
  healthy = () => true,
  sampleRate,
  idleMs,
  onRecognized = () => {},
  onSpeech = () => {},
  ...server
}: SpeechServerOptions): Promise<RpcServer> => {
  const warm = (): SpeechToText => {
    const stt = recognizer()
    if (!stt) throw new EssenceError('ENGINE_UNAVAILABLE', 'The service is still starting.')
    return stt
  }

  const implementation: SpeechToTextServiceImplementation = {
    async recognize({audioData, config, ...format}, {signal}) {
      const started = performance.now()
      const stt = warm()
      if (config?.vad || config?.interimResults || config?.speechEvents || config?.packUtterances) {
        const fields = 'vad, interim_results, speech_events and pack_utterances'
        throw new EssenceError('USAGE', `${fields} are for streams (RecognizeStream).`)
      }
      const options = recognitionOptions(config)
      const audio = await readRequestAudio(audioData, format, {defaultRate: sampleRate, signal})
      const decoded = performance.now()
      const {segments, language, audioMs} = await stt.recognize(audio, {...options, signal})
      const done = performance.now()
      onRecognized({decodeMs: decoded - started, recognizeMs: done - decoded, speech: segments.length > 0})
      onSpeech(segments.length > 0 ? 'detected' : 'silence')
      return {
        results: segments.map(segment => resultOf(segment, language, true)),
        processingTimeMs: Math.round(done - started),
        audioDurationUs: Math.round(audioMs * 1000),
      }
    },

    async *recognizeStream(requests, {signal}): AsyncGenerator<RecognitionResult> {
      const stt = warm()
      const chunks = withIdleLimit(requests, idleMs)
      const first = await chunks.next()
      if (first.done) return
      const {config, encoding, sampleRate: rate, channels} = first.value
      const options = streamOptions(config)
      const format: DeclaredFormat = {encoding, sampleRate: rate, channels}
      const audio = streamRequestAudio(bytesOf(first.value, chunks), format, {defaultRate: sampleRate, signal})
      let spoken = false
      for await (const event of stt.stream(audio, {...options, signal})) {
        const isEvent = event.type === 'speech-start' || event.type === 'speech-end'
        if (event.type === 'speech-start') onSpeech('detected')
        spoken ||= event.type === 'speech-start' || event.type === 'final'
        if (!isEvent || config?.speechEvents) yield resultOfEvent(event)
      }
      if (!spoken) onSpeech('silence')
    },

    async healthCheck() {
      const health = healthOf(recognizer(), version)
      return {...health, healthy: health.healthy && healthy()}
    },
  }

  return startRpcServer({
    ...server,
    definition: SpeechToTextDefinition,
    service: speechService,
    implementation,
    limit: () => recognizer()?.requestLimit ?? Number.POSITIVE_INFINITY,
    check: (method, message) => {
      if (method === 'RecognizeStream') checkChunk(message as AudioChunk)
    },
  })
}

const checkChunk = ({audioData}: AudioChunk): void => {
  if (audioData.length <= maxChunkBytes) return
  throw new EssenceError(
    'AUDIO_TOO_LARGE',
    `A chunk has ${audioData.length} bytes; at most ${maxChunkBytes} are taken at once.`,
    {suggestions: ['Send smaller chunks: 100 ms of sound or so is best.']},
  )
}

/** The first chunk decides for all; a later one that says otherwise is a mistake that would become noise. */
async function* bytesOf(first: AudioChunk, rest: AsyncIterable<AudioChunk>): AsyncGenerator<Uint8Array> {
  yield first.audioData
  for await (const chunk of rest) {
    for (const field of ['encoding', 'sampleRate', 'channels'] as const) {
      if (chunk[field] && chunk[field] !== first[field]) {
        const message = `A later chunk says ${field} ${chunk[field]}, the first one ${first[field] || 'nothing'}: the first decides for all.`
        throw new EssenceError('USAGE', message, {suggestions: ['Begin a new stream where the sound changes.']})
      }
    }
    if (chunk.config) throw new EssenceError('USAGE', 'The configuration belongs into the first chunk only.')
    yield chunk.audioData
  }
}
