import type {Conversion} from '../report/test-report.ts'
import {alignWords, differencesOf} from './align.ts'
import {editDistance} from './edit-distance.ts'
import {countsLetters, normalizeFor} from './normalize/normalize.ts'

/**
 * How right what was heard is. Words and characters are those of the normalised texts, a space between words among the characters.
 * Similarity is 1 − edit distance of the characters ÷ characters of the longer text, and 1 where both have none.
 * @param language a tag, of both texts
 */
export const scoreConversion = (said: string, heard: string, language = 'en'): Conversion => {
  const normalize = normalizeFor(language)
  const [saidWords, heardWords] = [said, heard].map(text => normalize(text).split(' ').filter(Boolean)) as [
    string[],
    string[],
  ]
  const charactersOf = (words: readonly string[]): string[] => [...words.join(countsLetters(language) ? '' : ' ')]
  const [saidCharacters, heardCharacters] = [charactersOf(saidWords), charactersOf(heardWords)]
  const diff = alignWords(saidWords, heardWords)
  const wordErrors = differencesOf(diff)
  const characterErrors = editDistance(saidCharacters, heardCharacters)
  return {
    said,
    heard,
    words: saidWords.length,
    wordErrors,
    characters: saidCharacters.length,
    characterErrors,
    exact: wordErrors === 0,
    similarity: 1 - characterErrors / Math.max(1, saidCharacters.length, heardCharacters.length),
    diff,
  }
}
