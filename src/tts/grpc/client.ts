import {fromPcm16} from '../../audio/pcm.ts'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {one} from '../../kit/flow/iterate.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import {openRpcClient, type RpcClientOptions, whenHealthy} from '../../rpc/client.ts'
import {TextToSpeechDefinition} from '../../rpc/generated/june/tts/tts.ts'
import {mainLanguage} from '../../text/language-tag.ts'
import {checkProsody} from '../options.ts'
import type {PcmChunk, SynthesisOptions, TextToSpeech, Voice} from '../port.ts'
import {infoFrom, requestOf, voiceFrom, voiceService} from './messages.ts'

export interface RemoteSynthesizerOptions
  extends Pick<RpcClientOptions, 'url' | 'key' | 'keepaliveMs' | 'keepaliveTimeoutMs' | 'credentials'> {
  /** ms to wait for the service to be ready. Default: a minute, and as long as it says that it is loading. */
  waitMs?: number | undefined
  /** Called once, when the service has to be waited for. */
  onWait?: ((message: string) => void) | undefined
  /** Voice where a caller names none. Default: the service's. */
  voice?: string | undefined
  /** Relative rate where a caller names none. Default: the service's. */
  speed?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * A synthesiser at a URL (TTS_URL): the port, spoken over gRPC. Resolves when the service is healthy; afterwards it
 * connects again by itself, and a call that cannot be made is REMOTE_UNREACHABLE, which is worth another try.
 * @throws CONFIG_INVALID, REMOTE_UNREACHABLE, TOKEN_MISSING, TOKEN_REJECTED, CANCELLED
 */
export const openRemoteSynthesizer = async (options: RemoteSynthesizerOptions): Promise<TextToSpeech> => {
  const {waitMs, onWait, signal: opening, voice: defaultVoice, speed: defaultSpeed} = options
  const rpc = openRpcClient(TextToSpeechDefinition, voiceService, {
    ...options,
    variable: 'TTS_URL',
    defaultPort: 50_053,
    name: 'The speech synthesis service',
  })
  const {client, name} = rpc
  const closing = new AbortController()
  const closed = (): EssenceError => new EssenceError('ENGINE_UNAVAILABLE', 'The speech synthesiser has been closed.')

  const ask = async (signal: AbortSignal) => {
    const health = await client.healthCheck({}, {signal})
    if (!health.healthy) return undefined
    const {voices} = await client.listVoices({language: ''}, {signal})
    return {health, voices: voices.map(voiceFrom)}
  }
  const {health, voices} = await whenHealthy(name, ask, {signal: opening, waitMs, onWait}).catch(error => {
    rpc.close()
    throw error
  })
  const info = infoFrom(health, options.url)

  async function* speak(text: string, asked: SynthesisOptions, signal: AbortSignal): AsyncGenerator<PcmChunk> {
    const sampleRate = rateFor(voices, asked)
    for await (const chunk of client.synthesizeStream(one(requestOf(text, asked, sampleRate)), {signal})) {
      if (chunk.audioData.length > 0) yield {pcm: fromPcm16(chunk.audioData, 32_767), sampleRate: chunk.sampleRate}
    }
  }

  return {
    info,
    defaultVoice,
    voices: async () => [...voices],
    async *synthesize(text, asked = {}) {
      throwIfCancelled(asked.signal)
      if (closing.signal.aborted) throw closed()
      checkProsody(asked)
      const {signal: caller, ...own} = spokenLanguage(voices, asked)
      const staysDefault = defaultVoice !== undefined && !leavesDefault(voices, defaultVoice, asked)
      const wanted = {
        ...own,
        voice: own.voice ?? (staysDefault ? defaultVoice : undefined),
        speed: own.speed ?? defaultSpeed,
      }
      const leaving = new AbortController()
      const signal = AbortSignal.any([leaving.signal, closing.signal, ...(caller ? [caller] : [])])
      try {
        yield* untilAborted(speak(text, wanted, signal), signal)
      } catch (error) {
        throw closing.signal.aborted && !caller?.aborted ? closed() : error
      } finally {
        leaving.abort()
      }
    },
    async close() {
      closing.abort()
      rpc.close()
    },
  }
}

const speaks = (voice: Voice, language: string): boolean => mainLanguage(voice.language) === mainLanguage(language)

/** The port speaks on with the default voice where no voice has the language; the service would refuse. */
const spokenLanguage = (voices: readonly Voice[], {language, ...rest}: SynthesisOptions): SynthesisOptions =>
  language !== undefined && voices.some(voice => speaks(voice, language)) ? {...rest, language} : rest

/** Whether another voice is to speak, as in this process: the default one has another language than the text, and some voice has that. */
const leavesDefault = (voices: readonly Voice[], voice: string, {language}: SynthesisOptions): boolean => {
  if (language === undefined || !voices.some(one => speaks(one, language))) return false
  const wanted = voice.toLowerCase()
  const known = voices.find(({id, name}) => [id, name].some(one => one.toLowerCase() === wanted))
  const own = known?.language ?? voices.find(one => speaks(one, voice))?.language
  // One the service does not list is for it to refuse.
  return own !== undefined && mainLanguage(own) !== mainLanguage(language)
}

/** Hz of the voice that will speak, as far as that is known: nothing is to be lost on the way. 0: as the service is configured. */
const rateFor = (voices: readonly Voice[], {voice, language}: SynthesisOptions): number => {
  const wanted = voice ?? language
  const found = voices.find(({id}) => id === voice) ?? voices.find(one => wanted !== undefined && speaks(one, wanted))
  const rate = found?.sampleRate ?? voices[0]?.sampleRate ?? 0
  return rate >= 8000 && rate <= 48_000 ? rate : 0
}
