import type {FoundAnswer} from '../../config/setup-step.ts'
import {isEssenceError, messageOf} from '../../kit/errors.ts'
import {inOneLine} from '../../kit/in-one-line.ts'
import {ask, isYes} from '../ask.ts'

export interface FindOptions {
  /** As it is shown, with what follows it. */
  question: string
  /** Message of CANCELLED. */
  refused: string
  find: (signal: AbortSignal) => AsyncIterable<FoundAnswer>
  /** Longest search, in ms; the question stays. */
  withinMs: number
  note: (line: string) => void
}

/**
 * Asks a question, and looks for answers at the same time: each that is found is put before the person, who says whether it is right.
 * @returns what was typed, also nothing; or what was found and is right
 * @throws CANCELLED for Ctrl-C
 */
export const askOrFind = async ({question, refused, find, withinMs, note}: FindOptions): Promise<string> => {
  const over = new AbortController()
  const tooLong = AbortSignal.timeout(withinMs)
  const answers = find(AbortSignal.any([over.signal, tooLong]))[Symbol.asyncIterator]()
  const next = () =>
    answers.next().then(
      ({done, value}) => (done ? {end: undefined} : {found: value as FoundAnswer}),
      (error: unknown) => ({end: error}),
    )
  try {
    for (;;) {
      const takenBack = new AbortController()
      const finding = next().then(result => {
        takenBack.abort()
        return result
      })
      const typed = await ask(question, refused, takenBack.signal)
      if (typed !== undefined || !takenBack.signal.aborted) return typed ?? ''
      const result = await finding
      if ('end' in result) {
        note(whyNoMore(result.end, tooLong.aborted, withinMs))
        return (await ask(question, refused)) ?? ''
      }
      const {value, told} = result.found
      if (isYes((await ask(`${inOneLine(told)} Is that you? [y/N] `, refused)) ?? '')) return value
    }
  } finally {
    over.abort()
  }
}

const whyNoMore = (error: unknown, tooLong: boolean, withinMs: number): string => {
  if (tooLong) return `Nothing came within ${Math.round(withinMs / 60_000)} minutes.`
  if (error === undefined) return 'Nothing more is found.'
  return [messageOf(error), ...(isEssenceError(error) ? error.suggestions.slice(0, 1) : [])].join(' ')
}
