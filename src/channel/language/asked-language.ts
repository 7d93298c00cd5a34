import {type SpokenLanguage, spokenLanguages} from '../words/words.ts'
import {changePhrases} from './change-phrases.ts'
import {folded, namesIn} from './language-names.ts'

/** Longer is more than such a request; in characters. */
const maxLength = 80

const june = ['June', 'hey June', 'OK June', 'okay June', 'hallo June', 'hola June']

const sentencesIn = (language: SpokenLanguage): (readonly [string, SpokenLanguage])[] => {
  const {ask, form = name => name} = changePhrases[language]
  return spokenLanguages.flatMap(asked =>
    namesIn(language, asked).flatMap(name =>
      ask.map(phrase => [folded(phrase.replace('{form}', form(name)).replace('{}', name)), asked] as const),
    ),
  )
}

/** Every sentence that asks for a language, and every word around it, folded; made when one is first looked for. */
let known: {sentences: ReadonlyMap<string, SpokenLanguage>; around: readonly string[]} | undefined

const knownSentences = () => ({
  sentences: new Map(spokenLanguages.flatMap(sentencesIn)),
  around: [...june, ...spokenLanguages.flatMap(language => changePhrases[language].polite)].map(folded),
})

/** The text without these words, where words have blanks around them. */
const without = (words: readonly string[], text: string): string =>
  text
    .split(/[\s\p{P}]+/u)
    .filter(word => !words.includes(folded(word)))
    .join('')

/**
 * The language that a whole message asks June to speak from now on: “Speak German, please.”, “Sprich Englisch”. Nothing is guessed:
 * a message that says more, or asks a question, is none of these.
 */
export const askedLanguage = (text: string): SpokenLanguage | undefined => {
  if (text.length > maxLength || /[?؟？;]\s*$/.test(text.trim())) return undefined
  known ??= knownSentences()
  const {sentences, around} = known
  let rest = folded(without(around, text))
  for (;;) {
    const language = sentences.get(rest)
    if (language) return language
    const before = around.find(word => rest.length > word.length && rest.startsWith(word))
    const behind = around.find(word => rest.length > word.length && rest.endsWith(word))
    if (before !== undefined) rest = rest.slice(before.length)
    else if (behind !== undefined) rest = rest.slice(0, -behind.length)
    else return undefined
  }
}
