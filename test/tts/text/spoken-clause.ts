import type {SpeakOptions, VoiceEngine} from '@essence/core/tts/engine'
import {collected} from '../../collected.ts'
import {joined} from '../pitch.ts'

/** All samples of one clause. */
export const spokenClause = async (
  engine: VoiceEngine,
  clause: string,
  options: Partial<SpeakOptions> = {},
): Promise<Float32Array> => {
  const {signal} = new AbortController()
  const complete = {voice: engine.defaultVoice, speed: 1, pitch: 0, signal, ...options}
  return joined(await collected(engine.speak(clause, complete)))
}
