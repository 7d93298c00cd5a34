import {mockVoiceEngine} from '@essence/core/tts/mock'
import type {TextToSpeech, Voice} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {describe, expect, it} from 'vitest'
import {styleOf} from '../../src/openai-audio/instructions.ts'
import {languageName} from '../../src/openai-audio/language-name.ts'
import {knownVoices, voiceNamed} from '../../src/openai-audio/voices.ts'

const voiceOf = (id: string, language: string): Voice => ({
  id,
  name: id,
  language,
  gender: 'unknown',
  sampleRate: 24_000,
})

const withVoices = (voices: Voice[], voice?: string): TextToSpeech =>
  textToSpeech({...mockVoiceEngine, voices, defaultVoice: voices[0]?.id ?? '', resolve: asked => asked}, {voice})

const kokoro = [voiceOf('af_heart', 'en-us'), voiceOf('af_alloy', 'en-us'), voiceOf('bm_fable', 'en-gb')]
const german = voiceOf('de_DE-thorsten-medium', 'de')

describe('voices by the names of OpenAI', () => {
  it('are those of Kokoro that stand for them, where they are here', async () => {
    const tts = withVoices(kokoro)
    expect(await voiceNamed(tts, 'alloy')).toBe('af_alloy')
    expect(await voiceNamed(tts, 'Fable')).toBe('bm_fable')
    expect(await voiceNamed(tts, 'marin')).toBe('af_heart')
    expect(await voiceNamed(tts, 'onyx')).toBeUndefined()
  })

  it('are the default voice where that speaks another language than English', async () => {
    const tts = withVoices([...kokoro, german], german.id)
    for (const name of knownVoices) expect(await voiceNamed(tts, name)).toBeUndefined()
    expect(await voiceNamed(tts, 'af_alloy')).toBe('af_alloy')
  })

  it('are themselves where a voice here has the name, and any other name is left as it is', async () => {
    expect(await voiceNamed(withVoices([...kokoro, voiceOf('nova', 'fr')]), 'nova')).toBe('nova')
    expect(await voiceNamed(withVoices(kokoro), 'nobody')).toBe('nobody')
    expect(await voiceNamed(withVoices(kokoro), 'constructor')).toBe('constructor')
  })
})

describe('instructions', () => {
  it.each([
    ['Speak in a cheerful and positive tone.', 'happy'],
    ['Voice: warm, calm, and reassuring. Cheerful at the end.', 'calm'],
    ['Sound excited!', 'excited'],
    ['Melancholic, as on a rainy day', 'sad'],
    ['You are furious.', 'angry'],
    ['not sad but happy', 'happy'],
    ["Don't sound angry", 'neutral'],
    ['Never be too excited; gentle', 'calm'],
    ['As if you sat in the saddle of a horse', 'neutral'],
    ['None', 'neutral'],
    ['', 'neutral'],
  ])('"%s" → %s', (text, style) => expect(styleOf(text)).toBe(style))

  it('take time in proportion to their length', () => {
    expect(styleOf('not '.repeat(1000))).toBe('neutral')
    expect(styleOf('not sad '.repeat(500))).toBe('neutral')
  })
})

describe('languages', () => {
  it.each([
    ['en', 'english'],
    ['de', 'german'],
    ['zh', 'chinese'],
    ['tl', 'tagalog'],
    ['my', 'myanmar'],
    ['ht', 'haitian creole'],
    ['und', 'unknown'],
  ])('%s → %s', (code, name) => expect(languageName(code)).toBe(name))
})
