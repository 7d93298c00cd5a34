import type {Operator} from '../arithmetic.ts'

/** What one language says for what is answered without a model. Patterns match a whole utterance: lower case, no punctuation, no courtesies. */
export interface FastWords {
  /** BCP 47, for numbers and dates. */
  locale: string
  /** What may stand before and after what is meant. */
  courtesies: {before: RegExp; after: RegExp}
  time: RegExp
  date: RegExp
  stop: RegExp
  repeat: RegExp
  louder: RegExp
  quieter: RegExp
  /** Group 1: a number from 0 to 100, or of ten. */
  volume: RegExp
  /** Group 1: how long. */
  timer: RegExp
  listTimers: RegExp
  cancelTimer: RegExp
  /** In what is cancelled: reminders, not timers. */
  reminderWord: RegExp
  /** Groups `when` and `text`, in either order. */
  reminders: RegExp[]
  know: RegExp
  forgetThat: RegExp
  forgetAll: RegExp
  /** Group 1: what. */
  remember: RegExp
  /** Group 1: a sum. */
  sum: RegExp
  operators: Record<string, Operator>
  /** Seconds of each unit of time. */
  units: [unit: RegExp, seconds: number][]
  /** Words of whole numbers. */
  numbers: ReadonlyMap<string, number>
  /** Words between the parts of a length: `and`. */
  and: RegExp
  half: {hour: RegExp; andHalf: RegExp}
  say: {
    time(time: string): string
    date(date: string): string
    sum(question: string, result: string): string
    spoken: Record<Operator, string>
    minus: string
    divideByZero: string
    timer(length: string): string
    reminder(when: string): string
    noTimers: string
    cancelled: string
    timers(lines: string[]): string
    nothingKnown: string
    known(facts: string[]): string
    forgotten: string
    nothingToForget: string
    remembered: string
    nothingSaid: string
    louder: string
    quieter: string
    volume(percent: number): string
    /** Without a language model, to what no rule knows. */
    excuse(heard: string): string
  }
}
