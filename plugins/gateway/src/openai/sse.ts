import {requestFailure} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import {errorBody} from './errors.ts'

/** A server-sent event of one line of JSON. */
export const sseEvent = (data: object): string => `data: ${JSON.stringify(data)}\n\n`

/** The last event of a stream that fails, as OpenAI's clients read it. */
export const failureEvent =
  (request: {url: string}, log: Log) =>
  (error: unknown): string =>
    sseEvent(errorBody(requestFailure(error, request, log), error))
