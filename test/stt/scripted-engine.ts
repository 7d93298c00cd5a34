import {throwIfCancelled} from '@essence/core/kit/errors'
import type {EngineSegment, SpeechEngine, TranscribeOptions} from '@essence/core/stt/engine'
import type {VoiceActivityDetector} from '@essence/core/stt/vad/vad'

/** A window an engine was asked to transcribe. */
interface Asked extends TranscribeOptions {
  /** Seconds. */
  length: number
  /** Mean of the audio: tells which one it is. */
  level: number
}

export interface EngineScript {
  windowMs?: number
  maxGapMs?: number
  languages?: string[]
  /** The segments of a window; default: how long it is. */
  transcribes?: (asked: Asked, audio: Float32Array) => Partial<EngineSegment>[] | Promise<Partial<EngineSegment>[]>
  detects?: (asked: Asked) => string
  abilities?: Partial<SpeechEngine['abilities']>
}

/** An engine that does what a script says, and refuses to transcribe two windows at once. */
export const scriptedEngine = (script: EngineScript = {}) => {
  const {windowMs = 30_000, maxGapMs, languages = ['en', 'de', 'fr'], transcribes, detects, abilities} = script
  const asked: Asked[] = []
  let busy = false
  let closed = 0
  const engine: SpeechEngine = {
    info: {engine: 'scripted', model: 'script', device: 'cpu', deviceReason: 'a script'},
    abilities: {languages, translate: true, words: true, prompt: true, confidence: true, ...abilities},
    windowMs,
    ...(maxGapMs === undefined ? {} : {maxGapMs}),
    async transcribe(audio, options) {
      if (busy) throw new Error('two windows at once')
      busy = true
      try {
        const length = audio.length / 16_000
        const one: Asked = {...options, length, level: audio.reduce((sum, sample) => sum + sample, 0) / audio.length}
        asked.push(one)
        const endMs = length * 1000
        const segments = (await transcribes?.(one, audio)) ?? [{text: `${length.toFixed(2)} seconds`}]
        throwIfCancelled(options.signal)
        const complete = segments.map(segment => ({text: '', startMs: 0, endMs, confidence: 0.9, ...segment}))
        return {segments: complete, language: detects?.(one) ?? (options.language === 'auto' ? 'en' : options.language)}
      } finally {
        busy = false
      }
    },
    async close() {
      closed++
    },
  }
  return {engine, asked, closed: () => closed}
}

/** Takes positive samples for speech, exactly. */
export const exactVad = (): VoiceActivityDetector => ({
  description: 'exact',
  neural: false,
  begin: () => ({
    async probabilities(audio, signal) {
      throwIfCancelled(signal)
      const frames = new Float32Array(audio.length / 512)
      return frames.map((_, i) => ((audio[i * 512 + 256] ?? 0) > 0 ? 0.95 : 0.02))
    },
  }),
  close: async () => {},
})

/** Sound of stretches: seconds, and the level of their samples (0: silence, above: speech). */
export const stretches = (...parts: readonly [seconds: number, level: number][]): Float32Array =>
  Float32Array.from(parts.flatMap(([seconds, level]) => new Array<number>(Math.round(seconds * 16_000)).fill(level)))

/** A sound in pieces of so many samples. */
export async function* pieces(audio: Float32Array, ...lengths: number[]): AsyncGenerator<Float32Array> {
  for (let at = 0, i = 0; at < audio.length; i++) {
    const length = Math.max(1, lengths[i % lengths.length] ?? 512)
    yield audio.subarray(at, at + length)
    at += length
  }
}
