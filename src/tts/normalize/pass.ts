import type {SpokenLanguage} from './language.ts'

/** One step from what is written to what is said. */
export interface Pass {
  /** What it reads: "dates". */
  name: string
  /** One thing it reads, as written. */
  example: string
  read(text: string, words: SpokenLanguage): string
}

/** A language is its words and its passes, in order: what is longest and surest first; what one has made words, the next leave alone. */
export interface ReadingRules {
  words: SpokenLanguage
  passes: readonly Pass[]
}

/** The text after all passes of its language. */
export const readBy = ({words, passes}: ReadingRules, text: string): string =>
  passes.reduce((spoken, pass) => pass.read(spoken, words), text)
