import {randomUUID} from 'node:crypto'
import type {TokenUsage} from '@essence/core/llm/port'
import type {ResponsesRequest} from './responses-request.ts'

type Status = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled'

/** One thing the model put out: thoughts, words, a call of a function. */
export type OutputItem = {id: string; type: string; status: string} & Record<string, unknown>

export interface ResponseBody extends Record<string, unknown> {
  id: string
  status: Status
  output: OutputItem[]
}

export const newId = (kind: 'resp' | 'msg' | 'rs' | 'fc'): string => `${kind}_${randomUUID().replaceAll('-', '')}`

const seconds = (): number => Math.floor(Date.now() / 1000)

/** A response that nothing has been written of yet: what was asked for, and what it was. */
export const newResponse = (asked: ResponsesRequest): ResponseBody => ({
  id: newId('resp'),
  ...{object: 'response', created_at: seconds(), completed_at: null, status: 'in_progress'},
  ...{background: asked.background ?? false, error: null, incomplete_details: null},
  ...{instructions: asked.instructions ?? null, max_output_tokens: asked.max_output_tokens ?? null},
  ...{max_tool_calls: null, metadata: asked.metadata ?? {}, model: asked.model, output: []},
  ...{parallel_tool_calls: asked.parallel_tool_calls ?? true, previous_response_id: asked.previous_response_id ?? null},
  reasoning: {effort: asked.reasoning?.effort ?? null, summary: null},
  ...{service_tier: 'default', store: asked.store ?? true, temperature: asked.temperature ?? null},
  text: {format: asked.text?.format ?? {type: 'text'}},
  ...{tool_choice: asked.tool_choice ?? 'auto', tools: asked.tools ?? [], top_p: asked.top_p ?? null},
  ...{truncation: 'disabled', usage: null, user: asked.user ?? null},
})

export const ended = (
  response: ResponseBody,
  status: Status,
  more: {usage?: object; error?: object; incomplete_details?: object} = {},
): ResponseBody => ({
  ...response,
  status,
  ...more,
  completed_at: status === 'completed' ? seconds() : null,
})

/** @param reasoning tokens of thoughts, of those written */
export const usageOf = ({promptTokens, completionTokens, cachedTokens}: TokenUsage, reasoning: number) => ({
  input_tokens: promptTokens,
  input_tokens_details: {cached_tokens: cachedTokens, cache_write_tokens: 0},
  output_tokens: completionTokens,
  output_tokens_details: {reasoning_tokens: Math.min(reasoning, completionTokens)},
  total_tokens: promptTokens + completionTokens,
})
