import type {Settings} from '../../config/schema.ts'
import type {SpeechToText} from '../../stt/port.ts'
import type {TextToSpeech} from '../../tts/port.ts'
import type {EngineOptions} from '../options.ts'
import {patientRecognizer, patientSynthesizer} from './patience.ts'

/** How long a command waits for a service, in ms: a person at a terminal wants to know soon that it is not there. */
export const connectTimeoutMs = 5000

/** How a service at an address is reached. */
export const connection = async (
  settings: Settings,
  url: string,
  {onProgress: onWait, signal, waitMs}: EngineOptions,
) => ({
  url,
  credentials: url.startsWith('grpcs:') ? await credentialsOf(settings) : undefined,
  key: settings.SERVICE_API_KEY,
  keepaliveMs: settings.GRPC_KEEPALIVE_TIME_MS,
  keepaliveTimeoutMs: settings.GRPC_KEEPALIVE_TIMEOUT_MS,
  onWait,
  waitMs,
  signal,
})

const credentialsOf = async ({SERVICE_TLS_CA: ca}: Settings) => {
  const {channelCredentials} = await import('../../rpc/tls.ts')
  return channelCredentials(ca)
}

/** The recogniser at STT_URL; undefined where it is not set. @throws what `openRemoteRecognizer` throws */
export const remoteRecognizer = async (
  settings: Settings,
  options: EngineOptions,
): Promise<SpeechToText | undefined> => {
  const {STT_URL: url, STT_PROMPT: prompt} = settings
  if (url === undefined) return undefined
  // gRPC takes a quarter of a second to load: only where it is used.
  const {openRemoteRecognizer} = await import('../../stt/grpc/client.ts')
  const stt = await openRemoteRecognizer({...(await connection(settings, url, options)), prompt})
  return patientRecognizer(stt, options.waitMs)
}

/** The synthesiser at TTS_URL; undefined where it is not set. @throws what `openRemoteSynthesizer` throws */
export const remoteSynthesizer = async (
  settings: Settings,
  options: EngineOptions,
): Promise<TextToSpeech | undefined> => {
  const {TTS_URL: url, TTS_VOICE_ID: voice, TTS_SPEED: speed} = settings
  if (url === undefined) return undefined
  const {openRemoteSynthesizer} = await import('../../tts/grpc/client.ts')
  // The service has defaults of its own: only what differs from ours is asked for.
  const asked = {voice: voice === 'default' ? undefined : voice, speed: speed === 1 ? undefined : speed}
  const tts = await openRemoteSynthesizer({...(await connection(settings, url, options)), ...asked})
  return patientSynthesizer(tts, options.waitMs)
}
