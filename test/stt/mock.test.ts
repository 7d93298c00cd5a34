import {mockSpeechToText} from '@essence/core/stt/mock'
import {describe, expect, it} from 'vitest'

describe('mockSpeechToText', () => {
  it.each([
    [0.1, 'Hello'],
    [0.999, 'Hello'],
    [1, 'Hello world'],
    [2, 'This is a test'],
    [3, 'Testing speech recognition'],
    [4, 'This is a longer test message'],
    [5, 'This is a very long phrase to test the speech recognition system'],
    [60, 'This is a very long phrase to test the speech recognition system'],
  ])('answers %f s with "%s"', async (seconds, text) => {
    const audio = new Float32Array(seconds * 16_000)
    expect(await mockSpeechToText().recognize(audio)).toMatchObject({text, language: 'en', audioMs: seconds * 1000})
  })
})
