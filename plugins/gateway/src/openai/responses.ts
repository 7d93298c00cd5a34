import {isEssenceError} from '@essence/core/kit/errors'
import type {ChatMessage} from '@essence/core/llm/port'
import {requestFailure} from '@essence/core/service/http'
import type {FastifyRequest} from 'fastify'
import type {GatewayContext} from '../door/context.ts'
import {type Begun, begin} from './answer.ts'
import {type Asked, joinedOpening, sessionOf} from './asked.ts'
import {errorBody, refusal} from './errors.ts'
import {ended, newResponse, type ResponseBody} from './response-body.ts'
import {type ResponseEvent, responseEvents} from './response-events.ts'
import type {ResponseStore, Stored} from './response-store.ts'
import {messagesOfInput, optionsOf, type ResponsesRequest} from './responses-request.ts'

/** A response that is to be made: what the model is asked, and how it is kept. */
export interface Coming extends Stored {
  asked: Asked
  isStored: boolean
  stop: AbortController
}

/** @throws USAGE (also where the one it follows is still being made), CONVERSATION_UNKNOWN (where that is not there) */
export const comingResponse = (
  body: ResponsesRequest,
  {caller}: Pick<FastifyRequest, 'caller'>,
  header: unknown,
  store: ResponseStore,
): Coming => {
  const {previous_response_id: previous, instructions} = body
  const owner = caller.userId
  const before = previous ? store.get(owner, previous, 'previous_response_id') : undefined
  if (before?.stop) throw refusal(`${previous} is still being made.`, {param: 'previous_response_id'})
  const said = [...(before?.messages ?? []), ...messagesOfInput(body.input, before?.messages ?? [])]
  const system: ChatMessage[] = instructions ? [{role: 'system', content: instructions}] : []
  const session = sessionOf(body, header) ?? before?.session
  const asked = {model: body.model, messages: joinedOpening([...system, ...said]), options: optionsOf(body), session}
  const stop = new AbortController()
  return {owner, asked, session, stop, isStored: body.store !== false, response: newResponse(body), messages: said}
}

/** Asks for the answer, which `cancel` may stop. @throws as `begin` */
export const beginResponse = (
  {asked, stop}: Coming,
  request: Pick<FastifyRequest, 'caller'>,
  context: GatewayContext,
  wanted?: AbortSignal,
): Promise<Begun> => begin(asked, request, context, wanted ? AbortSignal.any([wanted, stop.signal]) : stop.signal)

/** How a response ended. */
export interface Made {
  response: ResponseBody
  /** Why it failed. */
  error?: unknown
}

/** Makes a response and keeps it as it comes to be, event by event; never throws: one that fails says so. */
export async function* madeResponse(
  {isStored, stop, asked: _, ...coming}: Coming,
  begun: Promise<Begun> | Begun,
  store: ResponseStore,
  {record}: GatewayContext,
): AsyncGenerator<ResponseEvent, Made> {
  const {response: started, messages} = coming
  let latest: Stored = {...coming, stop}
  const keep = (change: Partial<Stored>): void => {
    const isKept = isStored && (change.stop !== undefined || store.has(started.id))
    latest = {...latest, ...change}
    // One that was deleted meanwhile is not to come back.
    if (isKept) store.put(latest)
  }
  keep({stop})
  try {
    const response = yield* responseEvents(started, await begun)
    keep({response, messages: [...messages, answerOf(response)], stop: undefined})
    return {response}
  } catch (error) {
    const isCancelled = stop.signal.aborted || (isEssenceError(error) && error.code === 'CANCELLED')
    const response = isCancelled ? ended(started, 'cancelled') : failed(started, error, record.log)
    keep({response, stop: undefined})
    // Clients know no event of their own for what they themselves stopped.
    yield {type: isCancelled ? 'response.incomplete' : 'response.failed', response}
    return {response, error}
  } finally {
    if (latest.stop) keep({response: ended(started, 'cancelled'), stop: undefined})
  }
}

const failed = (started: ResponseBody, error: unknown, log: Parameters<typeof requestFailure>[2]): ResponseBody => {
  const {message} = errorBody(requestFailure(error, {url: '/v1/responses'}, log), error).error
  const code = isEssenceError(error) && error.kind === 'user' ? 'invalid_prompt' : 'server_error'
  return ended(started, 'failed', {error: {code, message}})
}

/** The answer as it stands in the conversation. */
const answerOf = ({output}: ResponseBody): ChatMessage => {
  const text = output
    .filter(({type}) => type === 'message')
    .flatMap(({content}) => (content as {text: string}[]).map(({text}) => text))
    .join('')
  const calls = output.filter(({type}) => type === 'function_call') as unknown as {
    call_id: string
    name: string
    arguments: string
  }[]
  const toolCalls = calls.map(({call_id: id, name, arguments: given}) => ({id, name, arguments: given}))
  return {role: 'assistant', content: text, toolCalls: toolCalls.length > 0 ? toolCalls : undefined}
}
