import {isLanguageTag, isoTag, mainLanguage, mainLanguageOf, normalTag, regionOf} from '@essence/core/text/language-tag'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

describe('a language tag', () => {
  it.each([
    ['de', 'de', ''],
    ['pt_BR', 'pt', 'br'],
    [' en-US ', 'en', 'us'],
    ['es-419', 'es', '419'],
    ['zh-Hans', 'zh', ''],
    ['zh-Hant-TW', 'zh', 'tw'],
    ['nb', 'no', ''],
    ['cmn', 'zh', ''],
    ['iw', 'he', ''],
    ['jw', 'jv', ''],
    ['eng', 'en', ''],
  ])('%s is of language %s and region "%s"', (tag, language, region) => {
    expect(isLanguageTag(tag)).toBe(true)
    expect(mainLanguage(tag)).toBe(language)
    expect(regionOf(tag)).toBe(region)
  })

  it.each(['', 'auto', 'Englisch', 'en us', 'e', 'en-', '12'])('is not "%s"', text => {
    expect(isLanguageTag(text)).toBe(false)
    expect(mainLanguageOf(text)).toBeUndefined()
  })

  it('has more in the names of voices: a variant, a dialect', () => {
    expect([mainLanguage('en-gb+f3'), regionOf('en-gb+f3')]).toEqual(['en', 'gb'])
    expect([mainLanguage('en-us-nyc'), regionOf('en-us-nyc')]).toEqual(['en', 'us'])
    expect(isoTag('cmn-Latn-pinyin')).toBe('zh-latn-pinyin')
    expect(mainLanguageOf('af_heart')).toBeUndefined()
  })

  it('any text has a main language, which stays what it is', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const language = mainLanguage(text)
        expect(mainLanguage(language)).toBe(language)
        expect(normalTag(normalTag(text))).toBe(normalTag(text))
      }),
      {examples: [['. -'], [' en -us']]},
    )
  })
})
