import {createHash} from 'node:crypto'
import type {ChatMessage, ChatOptions} from '@essence/core/llm/port'
import {refusal} from './errors.ts'
import {june} from './models.ts'

/** What a request asks for, whichever API it came by. */
export interface Asked {
  /** As the client named it. */
  model: string
  messages: ChatMessage[]
  options: ChatOptions
  /** What the client calls the conversation. */
  session: string | undefined
}

/** Names a conversation of June's. */
export const sessionHeader = 'x-june-session'

/** What the client calls a conversation, the most explicit first. */
export const sessionOf = (
  {
    metadata,
    safety_identifier: safety,
    user,
  }: {
    metadata?: Record<string, string> | null | undefined
    safety_identifier?: string | null | undefined
    user?: string | null | undefined
  },
  header: unknown,
): string | undefined => [header, metadata?.['session'], safety, user].find(isName)

const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''

/**
 * What is left for June, who keeps the conversation herself: the last thing the person said.
 * @throws USAGE (what only the bare model does)
 */
export const utteranceOf = ({messages, options}: Asked): string => {
  const refuse = (what: string, param: string) =>
    refusal(`The model ${june} ${what}. Ask the language model by its own name for that (GET /v1/models).`, {param})
  if (options.tools?.length) throw refuse('has tools of her own and takes none of the client', 'tools')
  if (options.responseJson || options.responseSchema) throw refuse('answers in words, not in JSON', 'response_format')
  const last = messages.at(-1)
  if (last?.role !== 'user') throw refuse('answers what the user says: the last message must be the user’s', 'messages')
  if (last.content.trim() === '') throw refusal('The last message is empty.', {param: 'messages'})
  return last.content
}

/** Templates of models have room for one system message, at the beginning. */
export const joinedOpening = (messages: readonly ChatMessage[]): ChatMessage[] => {
  const first = messages.findIndex(({role}) => role !== 'system')
  const opening = messages.slice(0, first < 0 ? messages.length : first)
  if (opening.length < 2) return [...messages]
  return [
    {role: 'system', content: opening.map(({content}) => content).join('\n\n')},
    ...messages.slice(opening.length),
  ]
}

/** A conversation that was given no name goes by its first words, which come again with every request. */
export const nameOf = ({messages, session}: Asked): string =>
  session ?? messages.find(({role}) => role === 'user')?.content ?? ''

/** A key of letters and digits for any name. */
export const keyOf = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
