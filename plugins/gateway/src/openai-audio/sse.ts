import {requestFailure} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import {errorBody} from '../openai/errors.ts'

/** A server-sent event of one line of JSON. */
export const sseEvent = (data: object): string => `data: ${JSON.stringify(data)}\n\n`

/** Events; should they fail, that is the last one, as OpenAI's clients read it. */
export async function* tellFailure(
  events: AsyncIterable<string>,
  request: {url: string},
  log: Log,
): AsyncGenerator<string> {
  try {
    yield* events
  } catch (error) {
    yield sseEvent(errorBody(requestFailure(error, request, log), error))
  }
}
