import {mainLanguage, mainLanguageOf} from '../../text/language-tag.ts'
import {fill, type ValuesOf} from './fill.ts'
import {ar} from './languages/ar.ts'
import {da} from './languages/da.ts'
import {de} from './languages/de.ts'
import {el} from './languages/el.ts'
import {en} from './languages/en.ts'
import {es} from './languages/es.ts'
import {fi} from './languages/fi.ts'
import {fr} from './languages/fr.ts'
import {hi} from './languages/hi.ts'
import {it} from './languages/it.ts'
import {ja} from './languages/ja.ts'
import {ko} from './languages/ko.ts'
import {nl} from './languages/nl.ts'
import {no} from './languages/no.ts'
import {pl} from './languages/pl.ts'
import {pt} from './languages/pt.ts'
import {ru} from './languages/ru.ts'
import {sv} from './languages/sv.ts'
import {tr} from './languages/tr.ts'
import {zh} from './languages/zh.ts'
import type {Translation, WordsKey} from './translation.ts'

/** All that bots say, by language; the order is the one languages are offered in. */
export const translations = {
  ...{en, es, fr, de, it, pt, ru, ja, ko, zh},
  ...{ar, hi, nl, sv, no, da, fi, pl, tr, el},
} satisfies Record<string, Translation>

/** ISO 639-1 of a language that bots speak. */
export type SpokenLanguage = keyof typeof translations

export const spokenLanguages = Object.keys(translations) as SpokenLanguage[]

type English = typeof en

/** Of plural forms that of most numbers, which names all there is to fill in. */
type TextOf<K extends WordsKey> = English[K] extends string ? English[K] : Extract<English[K], {other: string}>['other']

type ValuesFor<K extends WordsKey> = ValuesOf<TextOf<K>>

/** Says things in one language; what is to be filled in stands behind the key. */
export interface Words {
  readonly language: SpokenLanguage
  <K extends WordsKey>(key: K, ...values: unknown extends ValuesFor<K> ? [] : [ValuesFor<K>]): string
}

/** The language of ours that a tag means (`de-AT`, `nb`, `cmn`); undefined for one that bots do not speak, or what is none. */
export const spokenLanguageOf = (tag: string | undefined): SpokenLanguage | undefined => {
  const main = mainLanguageOf(tag ?? '') && mainLanguage(tag ?? '')
  return spokenLanguages.find(language => language === main)
}

/** What a bot says in a language; in English where it does not speak it. */
export const wordsIn = (tag: string | undefined): Words => {
  const language = spokenLanguageOf(tag) ?? 'en'
  const words = known.get(language) ?? wordsOf(language)
  known.set(language, words)
  return words
}

/** Made once: rules of plurals take as long as a database's answer. */
const known = new Map<SpokenLanguage, Words>()

const wordsOf = (language: SpokenLanguage): Words => {
  const texts: Translation = translations[language]
  const plural = new Intl.PluralRules(language)
  const say = (key: WordsKey, values: Record<string, unknown> = {}): string => {
    const text = texts[key]
    const form = typeof text === 'string' ? text : (text[plural.select(Number(values['count']))] ?? text.other)
    return fill(form, values, language)
  }
  return Object.assign(say, {language}) as Words
}
