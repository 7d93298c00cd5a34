import {withoutBracketed, withoutSymbols} from './symbols.ts'

/**
 * Text of any language as its words are counted: lower case, without symbols and what stands in brackets; Whisper's basic
 * normaliser, but that marks stay (without them Hindi loses its vowels).
 */
export const normalizeBasic = (text: string): string =>
  withoutSymbols(withoutBracketed(text.toLowerCase())).toLowerCase().replace(/\s+/g, ' ').trim()

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/** The same with a space after each letter, for languages that put none between words: each letter counts as a word. */
export const normalizeLetters = (text: string): string =>
  Array.from(graphemes.segment(normalizeBasic(text).replaceAll(' ', '')), ({segment}) => segment).join(' ')
