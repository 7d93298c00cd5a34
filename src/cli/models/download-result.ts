import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import type {DownloadResult} from '../../models/download/download.ts'
import type {Outcomes} from '../../models/download/each-model.ts'

const suggestionsOf = (error: unknown): string[] => (isEssenceError(error) ? error.suggestions : [])

/** For --json: what failed, and what to do about it. */
export const failedData = ({failed}: Outcomes<unknown>) =>
  failed.map(({id, error}) => ({
    ...{id, code: isEssenceError(error) ? error.code : 'BUG', message: messageOf(error)},
    suggestions: suggestionsOf(error),
  }))

const countOf = ({done, failed, stopped}: Outcomes<unknown>): number => done.length + failed.length + stopped.length

/** A line for each model that failed: what, why, and the first thing to do. Where one was asked for, the error says it. */
export const failureLines = (outcomes: Outcomes<unknown>): string[] =>
  (countOf(outcomes) > 1 ? outcomes.failed : []).map(({id, error}) =>
    ['✗', `${id}:`, messageOf(error), ...suggestionsOf(error).slice(0, 1)].join(' '),
  )

/** `data` of `essence models download --json`. */
export const resultData = (result: DownloadResult) => ({
  models: result.done,
  failed: failedData(result),
  stopped: result.stopped,
})

/** The same, for people. @param root where models lie */
export const resultLines = (result: DownloadResult, root: string): string[] => {
  const {done} = result
  const fetched = done.filter(({files}) => files.some(file => file.fetched)).length
  return [
    ...done.map(({id}) => `✓ ${id}`),
    ...failureLines(result),
    ...(done.length > 0 ? [`${done.length} in ${root}, ${fetched} newly downloaded`] : []),
  ]
}

/** What the command ends with: the failure itself where one model was asked for, else which failed, and the first one's code. */
export const failureOf = (outcomes: Outcomes<unknown>, goal: 'installed' | 'found'): unknown => {
  const {failed, stopped} = outcomes
  const [first] = failed
  if (!first) {
    return new EssenceError('CANCELLED', `Cancelled before these were whole: ${stopped.join(', ')}.`, {
      suggestions: ['What was fetched is kept: the same command goes on from there.'],
    })
  }
  const {id, error} = first
  if (!isEssenceError(error)) return error
  const asked = countOf(outcomes)
  const missing = [...failed.map(failure => failure.id), ...stopped]
  const message =
    asked === 1
      ? `${id}: ${error.message}`
      : `${missing.length} of ${asked} models ${missing.length === 1 ? 'was' : 'were'} not ${goal}: ${missing.join(', ')}.`
  return new EssenceError(error.code, message, {cause: error.cause, suggestions: error.suggestions})
}
