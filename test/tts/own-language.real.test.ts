import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {mockVoiceEngine} from '@essence/core/tts/mock'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {joined} from './pitch.ts'

let tts: TextToSpeech
let voices: string[] = []
beforeAll(async () => {
  const engine = await openEspeak()
  tts = textToSpeech({
    ...engine,
    speak(clause, options) {
      voices.push(options.voice)
      return engine.speak(clause, options)
    },
  })
})
beforeEach(() => {
  voices = []
})
afterAll(() => tts.close())

/** Samples. */
const lengthOf = async (text: string): Promise<number> =>
  joined(await collected(tts.synthesize(text, {voice: 'en-us'}))).length

it.each([
  ['cmn', '今天天气很好，我们去公园吧。'],
  ['ja', 'これはにほんごです。'],
  ['ko', '안녕하세요.'],
  ['ru', 'Сегодня хорошая погода.'],
  ['uk', 'Дякую, її немає.'],
  ['ar', 'مرحبا بالعالم.'],
  ['he', 'שלום.'],
  ['el', 'Καλημέρα σας.'],
  ['hi', 'नमस्ते दुनिया।'],
  ['th', 'สวัสดี'],
])('an English voice leaves words to %s', async (voice, text) => {
  expect(await lengthOf(text)).toBeGreaterThan(8000)
  expect(new Set(voices)).toEqual(new Set([voice]))
})

it('speaks a word of another script within its sentence', async () => {
  expect(await lengthOf('The word 你好 means hello.')).toBeGreaterThan(20_000)
  expect(voices).toEqual(['en-us', 'cmn', 'en-us'])
})

it('brings a voice of another rate to that of the first', async () => {
  const atHalf = textToSpeech({
    ...mockVoiceEngine,
    voiceFor: language => (language === 'ru' ? 'mock-high' : mockVoiceEngine.voiceFor(language)),
    async *speak(clause, options) {
      for await (const {pcm, sampleRate} of mockVoiceEngine.speak(clause, options)) {
        if (options.voice !== 'mock-high') yield {pcm, sampleRate}
        // The tone as a voice of half the rate has it.
        else yield {pcm: pcm.filter((_, index) => index % 2 === 0), sampleRate: sampleRate / 2}
      }
    },
  })
  const [mixed, plain] = await Promise.all([
    collected(atHalf.synthesize('Say привет now.')),
    collected(textToSpeech(mockVoiceEngine).synthesize('Say privet now.')),
  ])
  expect(new Set(mixed.map(({sampleRate}) => sampleRate))).toEqual(new Set([16_000]))
  // Six letters either way, and the pauses of two changes of voice at most.
  expect(Math.abs(joined(mixed).length - joined(plain).length)).toBeLessThan(8000)
})
