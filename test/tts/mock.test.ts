import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {conformsToTextToSpeech} from './conformance.ts'

conformsToTextToSpeech('The mock', openMockTextToSpeech)

it('gives the same samples every time', async () => {
  const engine = await openMockTextToSpeech()
  const [once, again] = await Promise.all([1, 2].map(() => collected(engine.synthesize('Hello there'))))
  expect(once).not.toHaveLength(0)
  expect(once).toEqual(again)
})
