import type {EngineInfo} from '../../compute/engine-info.ts'
import {defined} from '../../kit/defined.ts'
import {EssenceError} from '../../kit/errors.ts'
import {
  type HealthResponse,
  type RecognitionConfig,
  RecognitionConfig as RecognitionConfigs,
  type RecognitionResult,
  SpeechEvent,
} from '../../rpc/generated/june/asr/asr.ts'
import type {
  RecognitionEvent,
  RecognitionOptions,
  RecognizerAbilities,
  StreamOptions,
  TranscriptSegment,
} from '../port.ts'

/** The name of the service in its proto. */
export const speechService = 'june.asr.SpeechToText'

const usOf = (ms: number): number => Math.round(ms * 1000)
const msOf = (us: number): number => us / 1000

/**
 * What a request's configuration asks for.
 * @throws USAGE for what no engine of ours does
 */
export const recognitionOptions = (config: RecognitionConfig | undefined): RecognitionOptions => {
  if (!config) return {}
  const {language, enableVad, enableDiarization, enableTimestamps, prompt, hotWords, translate} = config
  if (enableDiarization) {
    throw new EssenceError('USAGE', 'Speakers cannot be told apart (enable_diarization).', {
      suggestions: ['Leave enable_diarization out.'],
    })
  }
  // Empty is "not said".
  return {
    language: language || undefined,
    prompt: prompt || undefined,
    hotWords,
    translate,
    words: enableTimestamps,
    vad: enableVad,
  }
}

/** As `recognitionOptions`, with what concerns streams only. */
export const streamOptions = (config: RecognitionConfig | undefined): StreamOptions => {
  const {threshold, minSpeechDurationMs, minSilenceDurationMs, maxSpeechDurationS, speechPadMs} = config?.vad ?? {}
  return {
    ...recognitionOptions(config),
    interim: config?.interimResults,
    packUtterances: config?.packUtterances,
    vadParameters: defined({threshold, minSpeechDurationMs, minSilenceDurationMs, maxSpeechDurationS, speechPadMs}),
  }
}

/** The configuration that asks for these options. */
export const configOf = (options: StreamOptions): RecognitionConfig =>
  RecognitionConfigs.fromPartial({
    // Empty means auto in the message; a caller's empty text must be refused as what it is.
    language: options.language === '' ? ' ' : (options.language ?? ''),
    prompt: options.prompt ?? '',
    hotWords: [...(options.hotWords ?? [])],
    translate: options.translate ?? false,
    enableTimestamps: options.words ?? false,
    interimResults: options.interim ?? false,
    packUtterances: options.packUtterances ?? false,
    speechEvents: true,
    enableVad: options.vad,
    vad: options.vadParameters,
  })

export const resultOf = (segment: TranscriptSegment, language: string, isFinal: boolean): RecognitionResult => ({
  transcript: segment.text,
  isFinal,
  confidence: segment.confidence ?? 0,
  words: (segment.words ?? []).map(({text, startMs, endMs, confidence = 0}) => ({
    word: text,
    confidence,
    startTimeUs: usOf(startMs),
    endTimeUs: usOf(endMs),
  })),
  startTimeUs: usOf(segment.startMs),
  endTimeUs: usOf(segment.endMs),
  speakerId: '',
  detectedLanguage: language,
  event: SpeechEvent.SPEECH_EVENT_UNSPECIFIED,
})

export const resultOfEvent = (event: RecognitionEvent): RecognitionResult => {
  if (event.type === 'interim' || event.type === 'final') {
    return resultOf(event.segment, event.language, event.type === 'final')
  }
  const at = {text: '', startMs: event.atMs, endMs: event.atMs}
  const speech = event.type === 'speech-start' ? SpeechEvent.SPEECH_STARTED : SpeechEvent.SPEECH_ENDED
  return {...resultOf(at, '', false), event: speech}
}

/** @param words whether times of words were asked for */
export const segmentOf = (result: RecognitionResult, words: boolean): TranscriptSegment => ({
  text: result.transcript,
  startMs: msOf(result.startTimeUs),
  endMs: msOf(result.endTimeUs),
  confidence: result.confidence || undefined,
  words: words
    ? result.words.map(({word, startTimeUs, endTimeUs, confidence}) => ({
        text: word,
        startMs: msOf(startTimeUs),
        endMs: msOf(endTimeUs),
        confidence: confidence || undefined,
      }))
    : undefined,
})

export const eventOf = (result: RecognitionResult, words: boolean): RecognitionEvent => {
  if (result.event === SpeechEvent.SPEECH_STARTED) return {type: 'speech-start', atMs: msOf(result.startTimeUs)}
  if (result.event === SpeechEvent.SPEECH_ENDED) return {type: 'speech-end', atMs: msOf(result.endTimeUs)}
  const language = result.detectedLanguage || 'und'
  return {type: result.isFinal ? 'final' : 'interim', segment: segmentOf(result, words), language}
}

export const healthOf = (
  stt: {info: EngineInfo; abilities: RecognizerAbilities} | undefined,
  version: string,
): HealthResponse => ({
  healthy: stt !== undefined,
  version,
  modelName: stt?.info.model ?? '',
  device: stt?.info.device ?? '',
  languages: [...(stt?.abilities.languages ?? [])],
  supportsTranslation: stt?.abilities.translate ?? false,
  supportsWordTimes: stt?.abilities.words ?? false,
  engine: stt?.info.engine ?? '',
  demo: stt?.info.demo ?? '',
  deviceReason: stt?.info.deviceReason ?? '',
  supportsPrompt: stt?.abilities.prompt ?? false,
  supportsConfidence: stt?.abilities.confidence ?? false,
})

const devices = ['cuda', 'vulkan', 'metal', 'cpu'] as const

/** The engine of a service. @param name where it is, for people */
export const engineFrom = (
  health: HealthResponse,
  name: string,
): {info: EngineInfo; abilities: RecognizerAbilities} => ({
  info: {
    engine: health.engine || 'remote',
    model: health.modelName,
    device: devices.find(device => device === health.device) ?? 'cpu',
    deviceReason: `at ${name}${health.deviceReason ? `: ${health.deviceReason}` : ''}`,
    demo: health.demo || undefined,
  },
  abilities: {
    languages: health.languages,
    translate: health.supportsTranslation,
    words: health.supportsWordTimes,
    prompt: health.supportsPrompt,
    confidence: health.supportsConfidence,
  },
})
