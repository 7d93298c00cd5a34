import {EssenceError} from '../../kit/errors.ts'
import {countWords} from '../phrase.ts'

/** As the file has them. */
export interface Passage {
  /** From 1. */
  id: number
  text: string
  num_sentences: number
  char_count: number
  word_count: number
}

export interface ExtractionOptions {
  passages: number
  minSentences: number
  maxSentences: number
  /** Characters. */
  minLength: number
  maxLength: number
  /** 0 to below 1. */
  random: () => number
}

/** Sentences of a text: behind `.`, `!` or `?` and blanks a capital begins the next; short ones and headings are left out. */
export const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?])\s+(?=[A-Z])/)
    .map(sentence => sentence.trim())
    .filter(sentence => sentence.length > 20 && !sentence.startsWith('CHAPTER'))

/**
 * Different passages of sentences that follow each other, from places at random; at most ten attempts for each that is wanted.
 * @throws USAGE where so many cannot be found
 */
export const extractPassages = (sentences: readonly string[], options: ExtractionOptions): Passage[] => {
  const {passages: wanted, minSentences, maxSentences, minLength, maxLength, random} = options
  const found = new Map<string, number>()
  for (let attempt = 0; attempt < wanted * 10 && found.size < wanted; attempt++) {
    const count = minSentences + Math.floor(random() * (maxSentences - minSentences + 1))
    const starts = sentences.length - count + 1
    if (starts < 1) continue
    const start = Math.floor(random() * starts)
    const text = sentences.slice(start, start + count).join(' ')
    if (text.length >= minLength && text.length <= maxLength && !found.has(text)) found.set(text, count)
  }
  if (found.size < wanted) {
    const kind = `of ${minSentences} to ${maxSentences} sentences and ${minLength} to ${maxLength} characters`
    throw new EssenceError('USAGE', `${wanted} passages are wanted; ${found.size} ${kind} were found in the text.`, {
      suggestions: ['Ask for fewer (--num-passages), or for fewer sentences in each (--max-sentences).'],
    })
  }
  return [...found].map(([text, count], at) => ({
    ...{id: at + 1, text, num_sentences: count, char_count: text.length, word_count: countWords(text)},
  }))
}
