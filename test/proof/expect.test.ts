import {expectEqual, expectMatch, expectNear, expectThat} from '@essence/core/proof/expect'
import {mockSpeechMs} from '@essence/core/proof/mock-speech'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import {describe, expect, it} from 'vitest'

it.each([
  [
    'equal',
    () => expectEqual('the answer', {a: [1]}, {a: [2]}),
    'the answer: expected { a: [ 2 ] }, found { a: [ 1 ] }.',
  ],
  ['near', () => expectNear('the length, in s', 3, 1, 0.5), 'the length, in s: expected 1 ± 0.5, found 3.'],
  ['a number', () => expectNear('the length, in s', Number.NaN, 1, 0.5), 'found NaN.'],
  ['like', () => expectMatch('the text', 'no', /yes/), "the text: expected text like /yes/, found 'no'."],
  ['there', () => expectMatch('the text', undefined, /yes/), 'found undefined.'],
  ['so', () => expectThat('the list', false, 'something', []), 'the list: expected something, found [].'],
])('what is not %s is told with what was expected and what came', (_, check, message) => {
  expect(check).toThrow(expect.objectContaining({code: 'UNHEALTHY', message: expect.stringContaining(message)}))
})

it('what is as expected throws nothing', () => {
  expectEqual('a', {a: [1]}, {a: [1]})
  expectNear('a', 1.4, 1, 0.5)
  expectMatch('a', 'yes', /^yes$/)
  expectThat('a', true, '', undefined)
})

describe('mockSpeechMs', () => {
  it.each([
    ['Hello.', 1],
    ['You said: This is a test', 1],
    ['You said: This is a test', 1.5],
    ['You said: This is a test', 0.7],
    ['Hello there, June. Good bye.', 1],
    ['Hello there, June. Good bye.', 2],
    ['', 1],
    ['...', 1],
  ])('is how long the mock says %j at speed %f', async (text, speed) => {
    const tts = await openMockTextToSpeech({speed})
    let ms = 0
    for await (const {pcm, sampleRate} of tts.synthesize(text)) ms += (1000 * pcm.length) / sampleRate
    expect(Math.abs(mockSpeechMs(text, speed) - ms)).toBeLessThan(speed === 1 ? 0.001 : 3)
  })
})
