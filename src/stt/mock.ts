import {throwIfCancelled} from '../kit/errors.ts'
import {msOf} from './duration.ts'
import type {SpeechEngine} from './engine.ts'
import {whisperLanguages} from './language.ts'
import type {SpeechToText} from './port.ts'
import {speechToText} from './recognizer.ts'

/** The text of audio shorter than so many seconds. */
const phrases: readonly [seconds: number, text: string][] = [
  [1, 'Hello'],
  [2, 'Hello world'],
  [3, 'This is a test'],
  [4, 'Testing speech recognition'],
  [5, 'This is a longer test message'],
  [Number.POSITIVE_INFINITY, 'This is a very long phrase to test the speech recognition system'],
]

/** A stand-in that looks at the length of the audio only, and answers at once. */
const mockEngine = (): SpeechEngine => ({
  info: {
    engine: 'mock',
    model: 'mock',
    device: 'cpu',
    deviceReason: 'a stand-in computes nothing',
    demo: 'Speech recognition is a stand-in: it answers with a phrase chosen by the length of the audio.',
  },
  abilities: {languages: whisperLanguages(), translate: true, words: true, prompt: true, confidence: false},
  // Longer than any audio it gets: one phrase for all of it.
  windowMs: 600_000,
  async transcribe(audio, {language, words, signal}) {
    throwIfCancelled(signal)
    const endMs = msOf(audio)
    const text = phrases.find(([seconds]) => endMs < seconds * 1000)?.[1] ?? ''
    const parts = text.split(' ')
    const times = parts.map((part, i) => ({
      text: part,
      startMs: Math.floor((endMs * i) / parts.length),
      endMs: Math.floor((endMs * (i + 1)) / parts.length),
    }))
    const segment = {text, startMs: 0, endMs, words: words ? times : undefined}
    return {segments: [segment], language: language === 'auto' ? 'en' : language}
  },
  async close() {},
})

/** The stand-in as a recogniser. Recordings count with their silence; in a stream, loudness tells the utterances. */
export const mockSpeechToText = (): SpeechToText => {
  const stt = speechToText(mockEngine())
  return {...stt, recognize: (audio, options) => stt.recognize(audio, {...options, vad: options?.vad ?? false})}
}
