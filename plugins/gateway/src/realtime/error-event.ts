import type {EssenceError} from '@essence/core/kit/errors'
import {requestFailure} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import {errorBody} from '../openai/errors.ts'
import type {ServerEvent} from './ids.ts'

/** An error as OpenAI tells it within a conversation. @param eventId the client's event that caused it */
export const errorEvent = (error: unknown, log: Log, eventId?: string): ServerEvent => ({
  type: 'error',
  error: {...failureOf(error, log), event_id: eventId ?? null},
})

/** What failed, for a response or a transcript. */
export const failureOf = (error: unknown, log: Log) =>
  errorBody(requestFailure(error, {url: '/v1/realtime'}, log), error as EssenceError).error
