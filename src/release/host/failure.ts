import {type ErrorCode, EssenceError, errorTable, isEssenceError, messageOf} from '../../kit/errors.ts'
import {redact} from '../../kit/secret.ts'

/** An error on its way to another machine. */
export interface Failure {
  code: string
  message: string
  suggestions: string[]
}

export const describeFailure = (error: unknown): Failure => ({
  code: isEssenceError(error) ? error.code : 'BUG',
  message: redact(messageOf(error)),
  suggestions: isEssenceError(error) ? error.suggestions.map(redact) : [],
})

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code)

/** The error as it was there. */
export const failureError = ({code, message, suggestions}: Failure): EssenceError =>
  new EssenceError(isCode(code) ? code : 'BUG', message, {suggestions})
