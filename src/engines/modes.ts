import type {Settings} from '../config/schema.ts'

export type Mode = 'mock' | 'real'

/**
 * Which engines are stand-ins. A service's own variable (STT_MODE …) decides; otherwise JUNE_TEST_MODE does:
 * `mock` stands in for all, `stt_tts_roundtrip` for all but speech; unset, every engine is real.
 */
export const modesOf = (settings: Settings): {stt: Mode; tts: Mode; llm: Mode} => {
  const test = settings.JUNE_TEST_MODE
  const speech: Mode = test === 'mock' ? 'mock' : 'real'
  return {
    stt: settings.STT_MODE ?? speech,
    tts: settings.TTS_MODE ?? speech,
    llm: settings.INFERENCE_MODE ?? (test === undefined ? 'real' : 'mock'),
  }
}
