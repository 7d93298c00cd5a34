import {installAdvice, voiceAdvice} from '@essence/core/engines/install-command'
import {describe, expect, it} from 'vitest'

describe('installAdvice', () => {
  it.each([
    ['llm', 'qwen3-1.7b-q4_k_m', 'Download it: essence models download qwen3-1.7b-q4_k_m'],
    ['stt', 'openai/whisper-small', 'Download it: essence models download openai/whisper-small'],
    ['stt', 'wisper-small', 'Did you mean whisper-small? Download it: essence models download whisper-small'],
    ['llm', 'whisper-small', 'whisper-small listens; one that answers is needed.'],
    ['llm', 'all-minilm', 'all-minilm finds what means alike; one that answers is needed.'],
    ['tts', 'no-such-thing', 'See which models there are: essence models list --kind tts'],
  ] as const)('%s %s', (kind, name, advice) => {
    expect(installAdvice(kind, name)).toContain(advice)
  })
})

describe('voiceAdvice', () => {
  it.each([
    ['af_heart', 'It comes with a model: essence models download kokoro'],
    ['en_US-lessac-medium', 'It comes with a model: essence models download en_US-lessac-medium'],
    ['kokoro', 'It comes with a model: essence models download kokoro'],
    ['de', undefined],
  ])('%s', (voice, advice) => expect(voiceAdvice(voice)).toBe(advice))
})
