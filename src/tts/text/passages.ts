import {type Prosody, plainProsody} from '../styles.ts'

/** A text as it is to be spoken, whether it came plain or marked up. */
export type Passage =
  /** Words in one prosody; `spoken` parts are words already, as markup gave them. In `language` where that is not the voice's. */
  | {type: 'words'; parts: {text: string; spoken: boolean}[]; prosody: Prosody; language?: string | undefined}
  /** Silence, instead of the one that punctuation would make. */
  | {type: 'pause'; ms: number; prosody: Prosody}
  | {type: 'end'; of: 'sentence' | 'paragraph'}

/**
 * Characters no voice can say become spaces: control characters, halves of surrogate pairs, private-use and unassigned
 * ones. More than four accents on one letter are the same as four; white space is one space.
 */
export const cleanText = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\uFFFC\uFFFD\u2028\u2029]+/gu, ' ')
    .replace(/(\p{M}{4})\p{M}+/gu, '$1')
    .replace(/[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u00AD]/g, '')
    .replace(/\s+/g, ' ')

/** Plain text: what looks like markup is text, an empty line ends a paragraph, a single line break is a space. */
export function* plainPassages(text: string): Generator<Passage> {
  let first = true
  for (const paragraph of text.split(/(?:\r\n|[\n\r])[^\S\n\r]*(?:\r\n|[\n\r])\s*|\u2029/)) {
    if (!first) yield {type: 'end', of: 'paragraph'}
    first = false
    yield {type: 'words', parts: [{text: cleanText(paragraph), spoken: false}], prosody: plainProsody}
  }
}
