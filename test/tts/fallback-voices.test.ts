import type {VoiceEngine} from '@essence/core/tts/engine'
import {fallbackVoices} from '@essence/core/tts/fallback-voices'
import {mockVoiceEngine} from '@essence/core/tts/mock'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {expect, it} from 'vitest'
import {conformsToTextToSpeech} from './conformance.ts'
import {spokenClause} from './text/spoken-clause.ts'

const other = (engine: string, native = true): VoiceEngine => ({
  ...mockVoiceEngine,
  info: {...mockVoiceEngine.info, engine},
  native: {speed: native, pitch: native ? 6 : 0},
})

conformsToTextToSpeech('Several engines', async () => textToSpeech(fallbackVoices([mockVoiceEngine, other('second')])))

it('gives a voice whose id is taken its engine as a prefix', async () => {
  const both = fallbackVoices([mockVoiceEngine, other('second')])
  expect(both.voices.map(({id}) => id)).toEqual(['mock-low', 'mock-high', 'second:mock-low', 'second:mock-high'])
  expect(await spokenClause(both, 'a', {voice: 'second:mock-high'})).toEqual(
    await spokenClause(mockVoiceEngine, 'a', {voice: 'mock-high'}),
  )
})

it('has natively what all have', () => {
  expect(fallbackVoices([mockVoiceEngine, other('second')]).native).toEqual({speed: true, pitch: 6})
  expect(fallbackVoices([mockVoiceEngine, other('second', false)]).native).toEqual({speed: false, pitch: 0})
})

it('closes all, also where one fails', async () => {
  const closed: string[] = []
  const failing = {...other('failing'), close: () => Promise.reject(new Error('no'))}
  const last = {...other('last'), close: async () => void closed.push('last')}
  await expect(fallbackVoices([failing, last]).close()).rejects.toThrow('no')
  expect(closed).toEqual(['last'])
})
