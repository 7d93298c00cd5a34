import {eld} from 'eld/small'
import {mainLanguage} from './language-tag.ts'

/** Fewer letters, or words where a script has them, are said in any language: "OK.", "Ja, gerne!", a name. */
const minLetters = 12
const minWords = 3
/** Of a script that few languages share, or that has no spaces. */
const minForeignLetters = 4
/** A guess below this is a list of names; one that is nearer than this to what was expected may be either. */
const minScore = 0.7
const minLead = 0.1

/**
 * The language a sentence is to be spoken in: the expected one, unless the sentence is clearly in another.
 * @param expected a language tag: of the question, or of the sentence before
 * @returns `expected`, or ISO 639-1; undefined where none is expected and the sentence does not tell
 */
export const sentenceLanguage = (sentence: string, expected: string | undefined): string | undefined => {
  const letters = sentence.match(/\p{L}/gu)?.length ?? 0
  const words = sentence.match(/[\p{L}\p{M}'’]+/gu)?.length ?? 0
  const tells = /\p{Script=Latin}/u.test(sentence)
    ? letters >= minLetters && words >= minWords
    : letters >= minForeignLetters
  if (!tells) return expected
  const guess = eld.detect(sentence)
  const [first, second] = Object.entries(guess.getScores()).sort(([, a], [, b]) => b - a)
  if (!first) return expected
  const [language, score] = first
  const main = expected === undefined ? undefined : mainLanguage(expected)
  const other = main === undefined ? second?.[1] : guess.getScores()[main]
  return score >= minScore && score - (other ?? 0) > minLead && language !== main ? language : expected
}
