import type {VoiceEngine} from '@essence/core/tts/engine'
import {mockVoiceEngine} from '@essence/core/tts/mock'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {expect, it} from 'vitest'
import {collected} from '../collected.ts'

/** An English voice beside one of Russian. */
const twoVoices = () => {
  const asked: [voice: string, clause: string][] = []
  const engine: VoiceEngine = {
    ...mockVoiceEngine,
    voiceFor: language => (language === 'ru' ? 'mock-high' : mockVoiceEngine.voiceFor(language)),
    speak(clause, options) {
      asked.push([options.voice, clause])
      return mockVoiceEngine.speak(clause, options)
    },
  }
  return {tts: textToSpeech(engine), asked}
}

it.each([
  [
    'Say привет to 5 friends.',
    [
      ['mock-low', 'Say'],
      ['mock-high', 'привет'],
      ['mock-low', 'to five friends.'],
    ],
  ],
  ['你好。', [['mock-low', 'text in Chinese']]],
  ['བོད་ཡིག', [['mock-low', 'Unknown Script']]],
  ['It is α.', [['mock-low', 'It is α.']]],
])('%s', async (text, clauses) => {
  const {tts, asked} = twoVoices()
  await collected(tts.synthesize(text))
  expect(asked).toEqual(clauses)
})

it('reads SSML the same way', async () => {
  const {tts, asked} = twoVoices()
  await collected(tts.synthesize('<speak>Say <emphasis>привет</emphasis>.</speak>', {ssml: true}))
  expect(asked.map(([voice]) => voice)).toEqual(['mock-low', 'mock-high'])
})
