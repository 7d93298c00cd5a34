/** What a value is: who bears a name, where somebody lives, a day, or a few words. */
export type ValueKind = 'name' | 'place' | 'day' | 'phrase' | 'whole'

/** A way of saying something of oneself plainly. */
export interface Statement {
  /** Up to where the value begins. The group `what` names what it is about, `value` is the value itself where it does not follow. */
  says: RegExp
  kind: ValueKind
  /** What the fact is about: a newer one on the same replaces it. From what was said and its value, in lower case. */
  subject?: string | ((what: string, value: string) => string) | undefined
  /** The fact in the person's language. */
  fact: (value: string, what: string) => string
  importance: number
}

export interface SpokenLanguage {
  statements: readonly Statement[]
  /** Ends a value: what follows is another clause. */
  clauseEnd: RegExp
  /** Ends a place or a workplace, too. */
  placeEnd: RegExp
  /** Where a value that begins so is none: `that`, `not`, `it`. */
  noValue: RegExp
  /** A day has a number, or one of these. */
  months: RegExp
  /** What is said after one of these, in the same clause, is not said of oneself, or not meant: if, he says, imagine. */
  hedge: RegExp
}

/** Subjects of which a person has one at a time; of the others (`sister`, `dog`) each name is a subject of its own. */
const single = new Set(['wife', 'husband', 'partner', 'mother', 'father', 'boss'])

/** The subject of a relation's name. @param relations what the language calls them */
export const relationSubject =
  (relations: Readonly<Record<string, string>>) =>
  (what: string, value: string): string => {
    const relation = relations[what] ?? what
    return single.has(relation) ? relation : `${relation}:${value}`
  }

export const importanceOf = {
  name: 0.9,
  health: 1,
  home: 0.8,
  birthday: 0.8,
  work: 0.7,
  relation: 0.7,
  remember: 0.8,
  favourite: 0.5,
} as const

/** A pattern of any of these words. */
export const anyOf = (words: Readonly<Record<string, string>>): string =>
  Object.keys(words)
    .toSorted((a, b) => b.length - a.length)
    .join('|')
