import type {Assistant, AssistantDelta, AssistantRequest} from '@essence/core/assistant/port'
import type {EngineInfo} from '@essence/core/compute/engine-info'
import {EssenceError} from '@essence/core/kit/errors'
import type {SpeechToText} from '@essence/core/stt/port'
import type {SynthesisOptions, TextToSpeech} from '@essence/core/tts/port'

const info: EngineInfo = {engine: 'mock', model: 'script', device: 'cpu', deviceReason: 'a script'}

/** What happened to the engines of a turn, for a test to look at. */
interface Trace {
  requests: AssistantRequest[]
  languages: (string | undefined)[]
  spoken: {text: string; options: SynthesisOptions}[]
  /** Stages that began and have not ended yet. */
  running: Set<string>
}

export interface Script {
  heard?: string
  deltas?: (string | AssistantDelta)[]
  /** Awaited before the delta with this number. */
  beforeDelta?: (index: number) => Promise<void> | void
  /** Awaited before the only chunk of each sentence. */
  beforeSpeech?: (text: string) => Promise<void> | void
}

/** Engines that do what a script says; each heeds its signal as the ports ask. */
export const scriptedEngines = (script: Script) => {
  const {heard = 'Hello', deltas = [], beforeDelta, beforeSpeech} = script
  const trace: Trace = {requests: [], languages: [], spoken: [], running: new Set()}

  const stt: SpeechToText = {
    info,
    abilities: {languages: ['en'], translate: false, words: false, prompt: true, confidence: false},
    async *stream(sound) {
      for await (const _ of sound);
      yield {type: 'final', segment: {text: heard, startMs: 0, endMs: 0}, language: 'en'}
    },
    async recognize(audio, {signal, language} = {}) {
      trace.languages.push(language)
      return stage('stt', signal, async () => ({
        text: heard,
        segments: [],
        language: 'en',
        audioMs: audio.length / 16,
      }))
    },
    close: async () => {},
  }
  const assistant: Assistant = {
    info,
    async *reply(request) {
      trace.requests.push(request)
      for (const [index, delta] of deltas.entries()) {
        await stage('assistant', request.signal, () => beforeDelta?.(index))
        yield typeof delta === 'string' ? {kind: 'answer', text: delta} : delta
      }
    },
    forget: async () => {},
    close: async () => {},
  }
  const tts: TextToSpeech = {
    info,
    voices: async () => [],
    async *synthesize(text, options = {}) {
      trace.spoken.push({text, options})
      await stage('tts', options.signal, () => beforeSpeech?.(text))
      yield {pcm: new Float32Array(160).fill(0.5), sampleRate: 16_000}
    },
    close: async () => {},
  }

  /** Work that ends with CANCELLED as soon as the signal says so. */
  const stage = async <T>(name: string, signal: AbortSignal | undefined, work: () => Promise<T> | T): Promise<T> => {
    trace.running.add(name)
    const cancelled = Promise.withResolvers<never>()
    const cancel = (): void => cancelled.reject(new EssenceError('CANCELLED', 'Cancelled.'))
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel)
    try {
      return await Promise.race([cancelled.promise, work()])
    } finally {
      signal?.removeEventListener('abort', cancel)
      trace.running.delete(name)
    }
  }

  return {stt, assistant, tts, trace}
}
