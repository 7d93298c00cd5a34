import {sentenceChunker} from '../../text/sentence-chunker.ts'
import type {Fact} from '../port.ts'
import {english} from './english.ts'
import {french} from './french.ts'
import {german} from './german.ts'
import {spanish} from './spanish.ts'
import type {SpokenLanguage, Statement, ValueKind} from './statement.ts'

export type SaidFact = Pick<Fact, 'text' | 'subject' | 'importance'>

const languages = [english, german, french, spanish]

/** What stands here is no conversation but a text that was pasted. */
const maxLength = 2000

/** Facts that a person says plainly of themselves, in English, German, French or Spanish. What is asked, denied or only imagined is none. */
export const factsSaid = (text: string): SaidFact[] => {
  if (text.length > maxLength) return []
  const chunker = sentenceChunker({softLimit: maxLength, hardLimit: maxLength})
  const sentences = [...chunker.push(text), ...chunker.flush()]
  const found = sentences.flatMap(sentence => {
    const stated = withoutQuestion(sentence.trim())
    return languages.flatMap(language => ofSentence(stated, language))
  })
  // Of one subject the last counts: people correct themselves.
  const bySubject = new Map(found.map(fact => [fact.subject ?? fact.text, fact]))
  return [...bySubject.values()]
}

/** A sentence without what is asked at its end: `My name is Anna, can you help me?` */
const withoutQuestion = (sentence: string): string => {
  if (sentence.startsWith('¿')) return ''
  if (!/[?？]\W*$/u.test(sentence)) return sentence.replace(/[.!…\s]+$/u, '')
  return sentence.slice(0, Math.max(0, sentence.lastIndexOf(',')))
}

const ofSentence = (sentence: string, language: SpokenLanguage): SaidFact[] => {
  const facts = language.statements.flatMap(statement => ofStatement(sentence, statement, language) ?? [])
  const about = facts.filter(({subject}) => subject !== undefined)
  // `Remember that my name is Anna`: the name says it all.
  return about.length > 0 ? about : facts
}

const ofStatement = (sentence: string, statement: Statement, language: SpokenLanguage): SaidFact | undefined => {
  const match = statement.says.exec(sentence)
  if (!match) return undefined
  const before = sentence.slice(0, match.index)
  if (language.hedge.test(before.slice(before.lastIndexOf(',') + 1))) return undefined
  const rest = sentence.slice(match.index + match[0].length)
  const value = match.groups?.['value'] ?? valueIn(statement.kind, rest, language)
  if (value === undefined) return undefined
  const what = match.groups?.['what']?.toLowerCase() ?? ''
  const {subject} = statement
  const text = statement.fact(value, what)
  return {
    text: `${text[0]?.toUpperCase()}${text.slice(1)}`,
    subject: typeof subject === 'function' ? subject(what, value.toLowerCase()) : subject,
    importance: statement.importance,
  }
}

/** Ends any clause; a comma in a number or before a year does not. */
const mark = /[;:!?()"“”»\n]|,(?!\s?\d{4}\b|\d)|\s[-–—]\s/u

const article = /^(?:an?|the|das|de[rnm]|die|eine[rnm]?|une?|l[ea]s?|el|los|una?)\s/iu

const maxWords: Record<ValueKind, number> = {name: 4, place: 5, day: 6, phrase: 8, whole: 60}

/** The value that a text begins with; undefined where it is none. */
const valueIn = (kind: ValueKind, rest: string, language: SpokenLanguage): string | undefined => {
  const clause = upTo(upTo(rest, mark), language.clauseEnd)
  const value = cut(kind, clause, language).trim()
  if (!/[\p{L}\p{N}]/u.test(value) || language.noValue.test(value)) return undefined
  if (value.split(/\s+/).length > maxWords[kind]) return undefined
  // `in a house`, `to the next point`, but `in the Hague`.
  const named = `${value} `.replace(article, '').trim()
  if (kind === 'place' && named !== value && !/^\p{Lu}/u.test(named)) return undefined
  if (kind === 'day' && !/\d/.test(value) && !language.months.test(value)) return undefined
  return kind === 'name' ? `${value[0]?.toUpperCase()}${value.slice(1)}` : value
}

const cut = (kind: ValueKind, clause: string, {placeEnd}: SpokenLanguage): string => {
  if (kind === 'place') return upTo(clause, placeEnd)
  if (kind === 'name') return nameAtStart.exec(clause)?.[0] ?? ''
  return clause
}

/** A word, and those after it that begin with a capital, with what may stand between them: `Anna`, `Ludwig van Beethoven`. */
const nameAtStart =
  /^\p{L}[\p{L}'’-]*(?:\s(?:(?:van|von|der|den|de|del|della|la|le|du|da|di|dos|bin|al)\s)*\p{Lu}[\p{L}'’-]*)*/u

const upTo = (text: string, end: RegExp): string => {
  const at = text.search(end)
  return at < 0 ? text : text.slice(0, at)
}
