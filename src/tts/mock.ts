import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import {checkProsody} from './options.ts'
import type {TextToSpeech, Voice} from './port.ts'

const sampleRate = 16_000

const voices: Voice[] = [
  {id: 'mock-low', name: 'Low tones', language: 'en', gender: 'male'},
  {id: 'mock-high', name: 'High tones', language: 'en', gender: 'female'},
]

/** A synthesiser for tests: each word a tone of 60 ms per letter and 40 ms of silence, the same every time. */
export const openMockTextToSpeech = async (): Promise<TextToSpeech> => ({
  info: {
    engine: 'mock',
    model: 'tones',
    device: 'cpu',
    deviceReason: 'the mock computes on the CPU only',
    demo: 'It plays a tone for each word instead of speaking.',
  },
  voices: async () => voices,
  async *synthesize(text, options = {}) {
    throwIfCancelled(options.signal)
    const {speed, pitch, volume} = checkProsody(options)
    const base = baseFrequency(options.voice) * 2 ** (pitch / 12)
    for (const [word] of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
      const tone = Math.round((word.length * 0.06 * sampleRate) / speed)
      const silence = Math.round((0.04 * sampleRate) / speed)
      const frequency = base * (1 + ((word.codePointAt(0) ?? 0) % 12) / 12)
      const pcm = new Float32Array(tone + silence)
      for (let i = 0; i < tone; i++) pcm[i] = 0.5 * volume * Math.sin((2 * Math.PI * frequency * i) / sampleRate)
      yield {pcm, sampleRate}
      // As with a real engine, other work happens between two chunks.
      await new Promise(setImmediate)
      throwIfCancelled(options.signal)
    }
  },
  close: async () => {},
})

const baseFrequency = (voice = 'mock-low'): number => {
  const known = voices.find(({id, language}) => id === voice || language === voice)
  if (known) return known.gender === 'male' ? 100 : 200
  const near = nearest(
    voice,
    voices.map(({id}) => id),
  )
  throw new EssenceError('VOICE_UNKNOWN', `The mock has no voice or language "${voice}".`, {
    suggestions: near ? [`Did you mean "${near}"?`] : [],
  })
}
