import {recognitionLanguage, whisperLanguages} from '@essence/core/stt/language'
import {describe, expect, it} from 'vitest'

describe('the language to recognise', () => {
  it.each([
    ['auto', 'auto'],
    [' AUTO ', 'auto'],
    ['en', 'en'],
    ['pt_BR', 'pt'],
    ['zh-Hans', 'zh'],
    ['nb', 'no'],
    ['jw', 'jv'],
    ['jv', 'jv'],
    ['iw', 'he'],
    ['cmn', 'zh'],
    ['fil', 'tl'],
    ['tl', 'tl'],
  ])('of "%s" is %s, as Whisper knows it', (asked, language) => {
    expect(recognitionLanguage(asked, whisperLanguages())).toBe(language)
  })

  it('is itself for every language there is', () => {
    for (const language of whisperLanguages()) expect(recognitionLanguage(language, whisperLanguages())).toBe(language)
  })

  it('need not be detected by an engine of one language', () => {
    expect(recognitionLanguage('auto', ['en'])).toBe('en')
  })

  it.each([
    ['xx', 'is not a language'],
    ['', 'is not a language'],
    ['english please', 'is not a language'],
    ['sw', 'does not know the language'],
  ])('is refused where it is "%s"', (asked, message) => {
    expect(() => recognitionLanguage(asked, ['en', 'de'])).toThrow(
      expect.objectContaining({code: 'USAGE', message: expect.stringContaining(message)}),
    )
  })
})
