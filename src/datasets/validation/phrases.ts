import {lengthClassOf} from '../../accuracy/length-class.ts'
import {seededRandom, shuffled} from '../../kit/random.ts'
import {type LengthClass, lengthClasses} from '../../report/test-report.ts'
import type {Phrase} from '../phrase.ts'
import {writePhrase} from './grammar.ts'
import {longTemplates} from './long.ts'
import {mediumTemplates} from './medium.ts'
import {shortTemplates} from './short.ts'
import {lists} from './words.ts'

/** 1 to 3 words, 4 to 10, 11 and more; the shares of the project Essence follows. */
export const phraseCounts: Readonly<Record<LengthClass, number>> = {short: 300, medium: 400, long: 300}

const templates: Readonly<Record<LengthClass, readonly string[]>> = {
  short: shortTemplates,
  medium: mediumTemplates,
  long: longTemplates,
}

/**
 * A thousand different phrases in English, as people say them to an assistant: the same for the same seed, in every version.
 * @param seed its lowest 32 bits count
 */
export const validationPhrases = (seed: number): Phrase[] => {
  const random = seededRandom(seed)
  return lengthClasses.flatMap(name =>
    phrasesOf(name, random).map((text, at) => ({id: `${name}-${String(at + 1).padStart(3, '0')}`, text})),
  )
}

/** Different ones of one class, of all its templates equally often until one has said all it can. */
const phrasesOf = (name: LengthClass, random: () => number): string[] => {
  const phrases = new Map<string, string>()
  while (phrases.size < phraseCounts[name]) {
    const before = phrases.size
    for (const template of shuffled(templates[name], random)) {
      const phrase = writePhrase(template, lists, random)
      const spoken = phrase.toLowerCase().replaceAll(/[.,!?]/g, '')
      if (phrases.size < phraseCounts[name] && !phrases.has(spoken) && lengthClassOf(phrase) === name)
        phrases.set(spoken, phrase)
    }
    if (phrases.size === before) throw new Error(`the templates of ${name} phrases give no more than ${before}`)
  }
  return [...phrases.values()]
}
