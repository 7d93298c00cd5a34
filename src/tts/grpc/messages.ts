import type {EngineInfo} from '../../compute/engine-info.ts'
import type {
  HealthResponse,
  SynthesisConfig,
  SynthesisRequest,
  Voice as VoiceMessage,
} from '../../rpc/generated/june/tts/tts.ts'
import {SynthesisRequest as SynthesisRequests} from '../../rpc/generated/june/tts/tts.ts'
import type {Style, SynthesisOptions, Voice} from '../port.ts'

/** The name of the service in its proto. */
export const voiceService = 'june.tts.TextToSpeech'

/** What a request asks of the synthesiser; 0 and empty texts are "not said". Ranges are checked by the synthesiser. */
export const synthesisOptions = ({voiceId, language, config}: Omit<SynthesisRequest, 'text'>): SynthesisOptions => {
  const {speed = 0, pitch = 0, energy, prosody = '', enableSsml = false} = config ?? {}
  return {
    voice: voiceId && voiceId !== 'default' ? voiceId : undefined,
    language: language || undefined,
    speed: speed || undefined,
    pitch: pitch || undefined,
    volume: energy,
    style: (prosody || undefined) as Style | undefined,
    ssml: enableSsml,
  }
}

/** The request for a whole text, as raw PCM. */
export const requestOf = (text: string, options: SynthesisOptions, sampleRate: number): SynthesisRequest =>
  SynthesisRequests.fromPartial({
    text,
    voiceId: options.voice ?? '',
    language: options.language ?? '',
    config: {
      speed: options.speed ?? 0,
      pitch: options.pitch ?? 0,
      energy: options.volume,
      prosody: options.style ?? '',
      enableSsml: options.ssml ?? false,
      sampleRate,
      encoding: 'pcm16',
      wholeText: true,
    } satisfies Partial<SynthesisConfig>,
  })

export const voiceMessage = (voice: Voice, engine: string): VoiceMessage => ({...voice, engine})

const genders = ['female', 'male', 'unknown'] as const

export const voiceFrom = ({id, name, language, gender, sampleRate}: VoiceMessage): Voice => ({
  id,
  name: name || id,
  language,
  gender: genders.find(known => known === gender) ?? 'unknown',
  sampleRate,
})

export const healthOf = (info: EngineInfo | undefined, voices: readonly Voice[], version: string): HealthResponse => ({
  healthy: info !== undefined,
  version,
  availableVoices: voices.map(({id}) => id),
  engine: info?.engine ?? '',
  modelName: info?.model ?? '',
  device: info?.device ?? '',
  demo: info?.demo ?? '',
  deviceReason: info?.deviceReason ?? '',
})

const devices = ['cuda', 'vulkan', 'metal', 'cpu'] as const

/** @param name where it is, for people */
export const infoFrom = (health: HealthResponse, name: string): EngineInfo => ({
  engine: health.engine || 'remote',
  model: health.modelName,
  device: devices.find(device => device === health.device) ?? 'cpu',
  deviceReason: `at ${name}${health.deviceReason ? `: ${health.deviceReason}` : ''}`,
  demo: health.demo || undefined,
})
