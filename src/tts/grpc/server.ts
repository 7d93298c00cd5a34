import {performance} from 'node:perf_hooks'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {one, startingWith} from '../../kit/flow/iterate.ts'
import {
  type AudioChunk,
  type SynthesisRequest,
  TextToSpeechDefinition,
  type TextToSpeechServiceImplementation,
} from '../../rpc/generated/june/tts/tts.ts'
import {type RpcServer, type RpcServerOptions, startRpcServer} from '../../rpc/server.ts'
import {withIdleLimit} from '../../rpc/stream-input.ts'
import {mainLanguage} from '../../text/language-tag.ts'
import type {PcmChunk, SynthesisOptions, TextToSpeech} from '../port.ts'
import {healthOf, synthesisOptions, voiceMessage, voiceService} from './messages.ts'
import {encodeResponse, type ResponseFormat, responseFormat} from './response-audio.ts'
import {spokenPieces} from './spoken-pieces.ts'

/** Characters of a text, in one request or in all of a stream. */
const maxTextLength = 50_000

/** Bytes of audio in one response. */
const maxResponseBytes = 50 * 1024 ** 2

export interface VoiceServerOptions
  extends Omit<
    RpcServerOptions<typeof TextToSpeechDefinition>,
    'definition' | 'service' | 'implementation' | 'check' | 'limit'
  > {
  /** The synthesiser, once it is warm. */
  synthesizer: () => TextToSpeech | undefined
  version: string
  /** Whether its engine works. Default: it does. */
  healthy?: (() => boolean) | undefined
  /** Hz of sound whose request does not say. */
  sampleRate: number
  /** ms after which a client that sends nothing and does not end its stream is given up. */
  idleMs: number
  /** Called for each text spoken to its end: how long that took, and the length of the speech, in ms. */
  onSpoken?: ((spoken: {synthesizeMs: number; audioMs: number}) => void) | undefined
}

/**
 * Serves a synthesiser as `june.tts.TextToSpeech`.
 * @throws PORT_IN_USE, CONFIG_INVALID
 */
export const serveTextToSpeech = ({
  synthesizer,
  version,
  healthy = () => true,
  sampleRate: defaultRate,
  idleMs,
  onSpoken = () => {},
  ...server
}: VoiceServerOptions): Promise<RpcServer> => {
  const warm = (): TextToSpeech => {
    const tts = synthesizer()
    if (!tts) throw new EssenceError('ENGINE_UNAVAILABLE', 'The service is still starting.')
    return tts
  }

  /** What a request asks for, checked. */
  const prepare = async (tts: TextToSpeech, request: SynthesisRequest) => {
    const format = responseFormat(request.config, defaultRate)
    const options = synthesisOptions(request)
    if (options.language && !options.voice) await checkLanguage(tts, options.language)
    return {format, options}
  }

  /** The bytes of what is spoken; none, also of a header, where nothing is. */
  async function* response(
    speech: AsyncIterable<PcmChunk>,
    format: ResponseFormat,
    signal: AbortSignal,
  ): AsyncGenerator<AudioChunk> {
    const {encoding, sampleRate} = format
    const started = performance.now()
    const spoken = {audioMs: 0}
    const chunk = {sampleRate, channels: 1, encoding, isFinal: false}
    try {
      for await (const {bytes, atMs} of encodeResponse(measured(speech, spoken), format, signal)) {
        yield {
          ...chunk,
          audioData: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
          timestampUs: Math.round(atMs * 1000),
        }
      }
    } catch (error) {
      if (!(isEssenceError(error) && error.code === 'AUDIO_EMPTY')) throw error
    }
    onSpoken({synthesizeMs: performance.now() - started, audioMs: spoken.audioMs})
    yield {...chunk, audioData: Buffer.alloc(0), isFinal: true, timestampUs: Math.round(spoken.audioMs * 1000)}
  }

  const implementation: TextToSpeechServiceImplementation = {
    async synthesize(request, {signal}) {
      const tts = warm()
      checkLength(request.text.length)
      const {format, options} = await prepare(tts, request)
      const parts: Buffer[] = []
      let size = 0
      let durationUs = 0
      for await (const {audioData, timestampUs} of response(
        tts.synthesize(request.text, {...options, signal}),
        format,
        signal,
      )) {
        parts.push(audioData)
        size += audioData.length
        durationUs = timestampUs
        if (size > maxResponseBytes) throw tooMuch()
      }
      if (size === 0) throw nothingToSay()
      const audioData = Buffer.concat(parts)
      if (format.encoding === 'wav') stateSizes(audioData)
      const {encoding, sampleRate} = format
      return {audioData, sampleRate, encoding, channels: 1, durationMs: Math.round(durationUs / 1000)}
    },

    async *synthesizeStream(requests, {signal}) {
      const tts = warm()
      const texts = withIdleLimit(requests, idleMs)
      const first = await texts.next()
      if (first.done) return
      const {format, options} = await prepare(tts, first.value)
      const whole = first.value.config?.wholeText ?? false
      if (whole) checkLength(first.value.text.length)
      const pieces = whole ? one(first.value.text) : (options.ssml ? joined : spokenPieces)(textsOf(first.value, texts))
      yield* response(speak(tts, pieces, {...options, signal}), format, signal)
    },

    async listVoices({language}) {
      const tts = warm()
      const voices = await tts.voices()
      const wanted = mainLanguage(language)
      return {
        voices: voices
          .filter(voice => wanted === '' || mainLanguage(voice.language) === wanted)
          .map(voice => voiceMessage(voice, tts.info.engine)),
      }
    },

    async healthCheck() {
      const tts = synthesizer()
      const health = healthOf(tts?.info, (await tts?.voices()) ?? [], version)
      return {...health, healthy: health.healthy && healthy()}
    },
  }

  return startRpcServer({
    ...server,
    definition: TextToSpeechDefinition,
    service: voiceService,
    implementation,
    limit: () => synthesizer()?.requestLimit ?? Number.POSITIVE_INFINITY,
  })
}

async function* speak(
  tts: TextToSpeech,
  pieces: AsyncIterable<string>,
  options: SynthesisOptions,
): AsyncGenerator<PcmChunk> {
  for await (const piece of pieces) yield* tts.synthesize(piece, options)
}

/** The texts of a stream, none longer together than is spoken at once. */
async function* textsOf(first: SynthesisRequest, rest: AsyncIterator<SynthesisRequest>): AsyncGenerator<string> {
  let length = 0
  for await (const {text} of startingWith(first, rest)) {
    length += text.length
    checkLength(length)
    yield text
  }
}

/** SSML only as a whole. */
async function* joined(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let whole = ''
  for await (const text of texts) whole += text
  yield whole
}

async function* measured(speech: AsyncIterable<PcmChunk>, spoken: {audioMs: number}): AsyncGenerator<PcmChunk> {
  for await (const chunk of speech) {
    spoken.audioMs += (1000 * chunk.pcm.length) / chunk.sampleRate
    yield chunk
  }
}

const checkLength = (length: number): void => {
  if (length <= maxTextLength) return
  throw new EssenceError('USAGE', `The text has ${length} characters; at most ${maxTextLength} are spoken at once.`, {
    suggestions: ['Send it in parts.'],
  })
}

const checkLanguage = async (tts: TextToSpeech, language: string): Promise<void> => {
  const voices = await tts.voices()
  if (voices.some(voice => mainLanguage(voice.language) === mainLanguage(language))) return
  throw new EssenceError('USAGE', `No voice speaks the language "${language.slice(0, 40)}".`, {
    suggestions: ['See which languages there are: ListVoices.', 'Leave the language out to hear the default voice.'],
  })
}

/** What was written before its length was known. */
const stateSizes = (wav: Buffer): void => {
  wav.writeUInt32LE(wav.length - 8, 4)
  wav.writeUInt32LE(wav.length - 44, 40)
}

const nothingToSay = (): EssenceError =>
  new EssenceError('USAGE', 'There is no text to speak: nothing in it has a sound.')

const tooMuch = (): EssenceError =>
  new EssenceError('AUDIO_TOO_LARGE', `The sound has more than ${maxResponseBytes} bytes, too many for one answer.`, {
    suggestions: ['Take it as a stream: SynthesizeStream.', 'Or ask for opus or mp3, which are a tenth of the size.'],
  })
