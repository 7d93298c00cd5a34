// What bots say: whole in every language, and filled in the same way.
import {placeholder} from '@essence/core/channel/words/fill'
import {en} from '@essence/core/channel/words/languages/en'
import type {WordsKey} from '@essence/core/channel/words/translation'
import {spokenLanguageOf, spokenLanguages, translations, wordsIn} from '@essence/core/channel/words/words'
import {describe, expect, it} from 'vitest'

const keys = Object.keys(en) as WordsKey[]
const others = spokenLanguages.filter(language => language !== 'en')

/** The forms of a text: one, or one for each kind of number. */
const formsOf = (text: string | object): [form: string, text: string][] =>
  typeof text === 'string' ? [['other', text]] : Object.entries(text)

/** `name`, `wait:duration` …, in order. */
const placeholdersOf = (text: string): string[] => [...text.matchAll(placeholder)].map(([all]) => all).sort()

/** Texts that are the same in several languages. */
const shared: Partial<Record<WordsKey, readonly string[]>> = {
  no: ['es', 'it'],
  statusOnline: ['de'],
  argConversation: ['fr'],
}

describe('words', () => {
  it('are there in 20 languages', () => {
    expect(spokenLanguages.join(' ')).toBe('en es fr de it pt ru ja ko zh ar hi nl sv no da fi pl tr el')
  })

  it.each(others)('in %s are whole: the same keys, the same to fill in, none left English', language => {
    const texts = translations[language]
    expect(Object.keys(texts)).toEqual(keys)
    const wrong = keys.flatMap(key => {
      const all = new Set(formsOf(en[key]).flatMap(([, text]) => placeholdersOf(text)))
      const isEnglish = JSON.stringify(texts[key]) === JSON.stringify(en[key])
      if (isEnglish && !shared[key]?.includes(language)) return [`${key}: is English`]
      return formsOf(texts[key]).flatMap(([form, text]) => {
        const filled = placeholdersOf(text)
        if (text.trim() !== text || text === '') return [`${key}: blanks`]
        // A form for one or two may say the number in words.
        const isExact = ['zero', 'one', 'two'].includes(form)
        const expected = [...all].filter(each => !(isExact && each.startsWith('{count') && !filled.includes(each)))
        return filled.join() === expected.sort().join() ? [] : [`${key} (${form}): ${filled} for ${expected}`]
      })
    })
    expect(wrong).toEqual([])
  })

  it.each(spokenLanguages)('in %s have a form for every number', language => {
    const rules = new Intl.PluralRules(language)
    const needed = new Set(Array.from({length: 1001}, (_, count) => rules.select(count)))
    const expected = [...new Set([...needed, 'other'])].sort()
    for (const key of keys) {
      const text: string | object = translations[language][key]
      if (typeof text === 'object') expect([key, Object.keys(text).sort()]).toEqual([key, expected])
    }
  })

  it('name commands and settings as they are, in every language', () => {
    const marksOf = (text: string): string[] =>
      [...new Set(text.match(/\/[a-z]+(?: (?:everything|auto))?/g) ?? [])].sort()
    const wrong = others.flatMap(language =>
      keys.filter(key =>
        formsOf(translations[language][key]).some(([, text]) => {
          const [there, expected] = [marksOf(text), marksOf(formsOf(en[key])[0]?.[1] ?? '')]
          return there.join() !== expected.join()
        }),
      ),
    )
    expect(wrong).toEqual([])
  })

  it('give commands a description that platforms take: 100 characters at most', () => {
    const long = spokenLanguages.flatMap(language =>
      keys.filter(key => key.startsWith('command') && wordsIn(language)(key as 'commandStart').length > 100),
    )
    expect(long).toEqual([])
  })
})

describe('wordsIn', () => {
  const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

  it.each([
    ['en', 'That was a lot at once. Please wait before the next message: 42 seconds.'],
    ['de-AT', 'Das war viel auf einmal. Bitte warte mit der nächsten Nachricht: noch 42 Sekunden.'],
    ['nb', 'Det var mye på en gang. Vent litt med neste melding: 42 sekunder.'],
    ['cmn', '一下子太多了。请稍等再发下一条消息：还有42秒钟。'],
    ['sw', 'That was a lot at once. Please wait before the next message: 42 seconds.'],
    [undefined, 'That was a lot at once. Please wait before the next message: 42 seconds.'],
  ])('says it in %s', (tag, said) => {
    expect(plain(wordsIn(tag)('tooMany', {wait: 41_001}))).toBe(said)
  })

  it.each([
    [119_000, '119 seconds'],
    [119_001, '2 minutes'],
    [3_600_000, '60 minutes'],
    [7_200_000, '2 hours'],
  ])('tells %i ms as %s', (wait, said) => {
    expect(wordsIn('en')('tooMany', {wait})).toContain(`: ${said}.`)
  })

  it.each([
    ['en', 1, 'One message is before yours.'],
    ['en', 2, '2 messages are before yours.'],
    ['ru', 2, 'Перед твоим — ещё 2 сообщения.'],
    ['ru', 5, 'Перед твоим — ещё 5 сообщений.'],
    ['ru', 21, 'Перед твоим — ещё 21 сообщение.'],
    ['pl', 22, 'Przed twoją są 22 wiadomości.'],
    ['ar', 2, 'قبل رسالتك رسالتان.'],
    ['ja', 3, 'あなたの前に3件のメッセージがあります。'],
  ])('counts in %s: %i', (language, count, said) => {
    expect(wordsIn(language)('waiting', {count})).toBe(said)
  })

  it('writes sizes, figures and lists as the language does', () => {
    expect(plain(wordsIn('fr')('tooLarge', {size: 20.5 * 1024 * 1024}))).toContain('20,5 Mo')
    expect(plain(wordsIn('de')('adminMore', {count: 4096, command: '/x'}))).toContain('4.096')
    expect(wordsIn('en')('voiceChoice', {voices: ['amy', 'ben']})).toBe('Write /voice and a name. There are: amy, ben')
  })

  it('puts in what it is given, whatever that holds', () => {
    expect(wordsIn('en')('forgotten', {fact: 'Likes $& and {id}.'})).toBe('Forgotten: Likes $& and {id}.')
  })
})

describe('spokenLanguageOf', () => {
  it.each([
    ['pt-BR', 'pt'],
    ['zh-Hant-TW', 'zh'],
    ['zh-hans', 'zh'],
    ['no', 'no'],
    ['auto', undefined],
    ['af_heart', undefined],
    ['', undefined],
  ])('%s is %s', (tag, language) => {
    expect(spokenLanguageOf(tag)).toBe(language)
  })
})
