// The words of the page in other languages, beside the English ones.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {directionOf, pageLanguageOf, pageLanguages} from '../page/words/page-language.ts'

const folder = join(import.meta.dirname, '../page/words')

type Words = ReadonlyMap<string, string>

/** `{a: {b: 'text'}}` as `a.b`. */
const flat = (words: object, before = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[before + key, value]] : flat(value, `${before}${key}.`),
  )

const roomsOf = (language: string): Map<string, Words> =>
  new Map(
    readdirSync(join(folder, language)).map(name => [
      name.replace('.json', ''),
      new Map(flat(JSON.parse(readFileSync(join(folder, language, name), 'utf8')))),
    ]),
  )

const plural = /_(?:zero|one|two|few|many|other)$/

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).sort()

/** The English text of a key; a plural that English lacks is beside its `_other`. */
const englishOf = (english: Words, key: string): string | undefined =>
  english.get(key) ?? english.get(key.replace(plural, '_other'))

/** All keys of a room in a language: each plural in all forms that the language has. */
const keysFor = (language: string, english: Words): string[] => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  const keys = [...english.keys()].flatMap(key =>
    english.has(key.replace(plural, '_other')) && plural.test(key)
      ? forms.map(form => key.replace(plural, `_${form}`))
      : [key],
  )
  return [...new Set(keys)].sort()
}

const english = roomsOf('en')
const languages = pageLanguages.filter(language => language !== 'en')
const complete = {de: ['conversation', 'list', 'mind', 'owner', 'settings', 'shell', 'talk']}

describe('the words of the page', () => {
  it('have a folder for each language that can be chosen, and for no other', () => {
    const folders = readdirSync(folder, {withFileTypes: true}).filter(entry => entry.isDirectory())
    expect(folders.map(({name}) => name).sort()).toEqual([...pageLanguages].sort())
  })

  it.each(languages)('in %s are of keys and placeholders that English has', language => {
    for (const [room, words] of roomsOf(language)) {
      const itsEnglish = english.get(room) ?? new Map()
      const allowed = keysFor(language, itsEnglish)
      for (const [key, text] of words) {
        expect(allowed, `${language}/${room}`).toContain(key)
        expect(text.trim(), `${language}/${room}: ${key}`).not.toBe('')
        const ours = placeholders(englishOf(itsEnglish, key) ?? '')
        const theirs = placeholders(text)
        // "The last hour" needs no number.
        if (plural.test(key)) expect(ours).toEqual(expect.arrayContaining(theirs))
        else expect(theirs, `${language}/${room}: ${key}`).toEqual(ours)
      }
    }
  })

  it.each(Object.entries(complete).flatMap(([language, rooms]) => rooms.map(room => [language, room] as const)))(
    'in %s are complete for %s',
    (language, room) => {
      const words = roomsOf(language).get(room)
      expect([...(words?.keys() ?? [])].sort()).toEqual(keysFor(language, english.get(room) ?? new Map()))
    },
  )
})

describe('the language of the page', () => {
  it.each([
    [undefined, ['de-AT', 'en'], 'de'],
    [undefined, ['tlh', 'pt-BR'], 'pt'],
    [undefined, ['tlh'], 'en'],
    [undefined, [], 'en'],
    ['ar', ['de'], 'ar'],
    ['tlh', ['FR-ca'], 'fr'],
  ])('is that of the preference %j or the browser %j: %s', (preferred, browser, expected) => {
    expect(pageLanguageOf(preferred, browser)).toBe(expected)
  })

  it('goes from right to left in Arabic alone', () => {
    expect(pageLanguages.filter(language => directionOf(language) === 'rtl')).toEqual(['ar'])
  })
})
