import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import {mainLanguage} from '../text/language-tag.ts'
import type {VoiceEngine} from './engine.ts'
import type {TextToSpeech, Voice} from './port.ts'
import {type TextToSpeechOptions, textToSpeech} from './text-to-speech.ts'

const sampleRate = 16_000

const voices: Voice[] = [
  {id: 'mock-low', name: 'Low tones', language: 'en', gender: 'male', sampleRate},
  {id: 'mock-high', name: 'High tones', language: 'en', gender: 'female', sampleRate},
]

const resolve = (asked: string): string => {
  const known = voices.find(({id, language}) => id === asked || language === asked)
  if (known) return known.id
  const near = nearest(
    asked,
    voices.map(({id}) => id),
  )
  throw new EssenceError('VOICE_UNKNOWN', `The mock has no voice or language "${asked}".`, {
    suggestions: near ? [`Did you mean "${near}"?`] : [],
  })
}

/** A voice for tests: each word a tone of 60 ms per letter and 40 ms of silence, the same every time. */
export const mockVoiceEngine: VoiceEngine = {
  info: {
    engine: 'mock',
    model: 'tones',
    device: 'cpu',
    deviceReason: 'the mock computes on the CPU only',
    demo: 'It plays a tone for each word instead of speaking.',
  },
  voices,
  defaultVoice: 'mock-low',
  resolve,
  voiceFor: language => (mainLanguage(language) === 'en' ? 'mock-low' : undefined),
  native: {speed: true, pitch: 12},
  concurrency: 1,
  async *speak(clause, {voice, speed, pitch, signal}) {
    const base = (voice === 'mock-high' ? 200 : 100) * 2 ** (pitch / 12)
    for (const [word] of clause.matchAll(/[\p{L}\p{M}\p{N}\p{S}]+/gu)) {
      const tone = Math.round((word.length * 0.06 * sampleRate) / speed)
      const silence = Math.round((0.04 * sampleRate) / speed)
      const frequency = base * (1 + ((word.codePointAt(0) ?? 0) % 12) / 12)
      const pcm = new Float32Array(tone + silence)
      // Faded over 5 ms, so that the mock itself makes no click.
      const edge = sampleRate / 200
      for (let i = 0; i < tone; i++) {
        const fade = Math.min(1, i / edge, (tone - 1 - i) / edge)
        pcm[i] = 0.5 * fade * Math.sin((2 * Math.PI * frequency * i) / sampleRate)
      }
      yield {pcm, sampleRate}
      // As with a real engine, other work happens between two chunks.
      await new Promise(setImmediate)
      throwIfCancelled(signal)
    }
  },
  close: async () => {},
}

/** The mock behind the port. */
export const openMockTextToSpeech = async (options: TextToSpeechOptions = {}): Promise<TextToSpeech> =>
  textToSpeech(mockVoiceEngine, options)
