import {mockAssistant} from '@essence/core/assistant/mock'
import type {Engines} from '@essence/core/engines/open'
import {mockLlm} from '@essence/core/llm/mock'
import type {SpeechToText} from '@essence/core/stt/port'
import type {TextToSpeech} from '@essence/core/tts/port'

const info = {engine: 'scripted', model: 'script', device: 'cpu', deviceReason: 'a benchmark'} as const

/** Engines that answer at once, so that all the rest is the gateway. An answer says who asked and what. */
export const benchEngines = (): Engines => ({
  stt: codedSpeech,
  assistant: mockAssistant({reply: ({speaker, text}) => `${speaker} asked: ${text}`}),
  tts: tone,
  model: mockLlm({reply: messages => messages.at(-1)?.content ?? ''}),
  lines: [],
  notices: [],
  close: async () => {},
})

/** Hears the number that the first two samples carry, see `codedSamples`. */
const codedSpeech: SpeechToText = {
  info,
  abilities: {languages: ['en'], translate: false, words: false, prompt: false, confidence: false},
  async recognize(audio) {
    const number = numberOf(audio)
    return {text: `number ${number}`, segments: [], language: 'en', audioMs: audio.length / 16}
  },
  async *stream() {},
  close: async () => {},
}

const base = 1000

/** 16-bit samples, 16 kHz, that say a number below a million. */
export const codedSamples = (number: number, ms: number): Int16Array => {
  const samples = Int16Array.from({length: ms * 16}, (_, n) => 8000 * Math.sin(n / 5))
  samples[0] = Math.floor(number / base)
  samples[1] = number % base
  return samples
}

const numberOf = (audio: Float32Array): number =>
  Math.round((audio[0] ?? 0) * 32_768) * base + Math.round((audio[1] ?? 0) * 32_768)

const pcm = Float32Array.from({length: 1600}, (_, n) => 0.5 * Math.sin(n / 5))

/** 100 ms of a tone for each sentence. */
const tone: TextToSpeech = {
  info,
  voices: async () => [{id: 'tone', name: 'Tone', language: 'en', gender: 'unknown', sampleRate: 16_000}],
  async *synthesize() {
    yield {pcm, sampleRate: 16_000}
  },
  close: async () => {},
}
