import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import {msOf} from './duration.ts'
import {whisperLanguage} from './language.ts'
import type {SpeechToText} from './port.ts'

/** What is "heard" in audio shorter than so many seconds. */
const phrases: readonly [seconds: number, text: string][] = [
  [1, 'Hello'],
  [2, 'Hello world'],
  [3, 'This is a test'],
  [4, 'Testing speech recognition'],
  [5, 'This is a longer test message'],
  [Number.POSITIVE_INFINITY, 'This is a very long phrase to test the speech recognition system'],
]

/** 100 ms; what is shorter is nothing to Whisper either. */
const leastSamples = 1600

/** A stand-in that listens to the length of the audio only, and answers at once. */
export const mockSpeechToText = (): SpeechToText => {
  let closed = false
  return {
    info: {
      engine: 'mock',
      model: 'mock',
      device: 'cpu',
      deviceReason: 'a stand-in computes nothing',
      demo: 'Speech recognition is a stand-in: it answers with a phrase chosen by the length of the audio.',
    },
    async recognize(audio, {language = 'auto', onSegment, signal} = {}) {
      throwIfCancelled(signal)
      if (closed) throw new EssenceError('ENGINE_UNAVAILABLE', 'The mock recogniser has been closed.')
      const code = whisperLanguage(language)
      const audioMs = msOf(audio)
      const text = audio.length < leastSamples ? '' : (phrases.find(([seconds]) => audioMs < seconds * 1000)?.[1] ?? '')
      const segments = text === '' ? [] : [{text, startMs: 0, endMs: audioMs}]
      for (const segment of segments) onSegment?.(segment)
      return {text, segments, language: code === 'auto' ? 'en' : code, audioMs}
    },
    async close() {
      closed = true
    },
  }
}
