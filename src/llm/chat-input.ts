import {EssenceError} from '../kit/errors.ts'
import type {ChatMessage, ChatOptions} from './port.ts'
import {checkJsonSchema, checkToolChoice, checkToolMessages, checkTools} from './tool-input.ts'

/** Every numeric option: its least and greatest value, and whether it is a whole number. */
const ranges = {
  maxTokens: {min: 1, max: Number.MAX_SAFE_INTEGER, whole: true},
  temperature: {min: 0, max: 5, whole: false},
  topP: {min: 0, max: 1, whole: false},
  topK: {min: 0, max: Number.MAX_SAFE_INTEGER, whole: true},
  repetitionPenalty: {min: 0.1, max: 10, whole: false},
  thoughtTokens: {min: 0, max: Number.MAX_SAFE_INTEGER, whole: true},
  seed: {min: 0, max: 2 ** 32 - 1, whole: true},
} as const satisfies Partial<Record<keyof ChatOptions, {min: number; max: number; whole: boolean}>>

const roles = new Set(['system', 'user', 'assistant', 'tool'])

/**
 * Checks what a language model is asked, before anything is computed.
 * @throws USAGE
 */
export const checkChat = (messages: readonly ChatMessage[], options: ChatOptions): void => {
  for (const [name, {min, max, whole}] of Object.entries(ranges)) {
    const value = options[name as keyof typeof ranges]
    if (value === undefined) continue
    const known = typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))
    if (!known)
      throw new EssenceError(
        'USAGE',
        `${name} is ${value}; ${whole ? 'a whole number' : 'a number'} from ${min} to ${max} was expected.`,
      )
  }
  const {stopSequences = [], tools, responseSchema} = options
  if (stopSequences.some(each => typeof each !== 'string' || each === ''))
    throw new EssenceError('USAGE', 'A stop sequence is empty; some text was expected.')
  checkTools(tools)
  checkToolChoice(options)
  if (responseSchema !== undefined)
    checkJsonSchema(
      responseSchema,
      what => new EssenceError('USAGE', `The schema of the answer is no JSON Schema: ${what}.`),
    )
  for (const {role, content} of messages) {
    if (!roles.has(role))
      throw new EssenceError('USAGE', `A message has the role "${role}"; system, user, assistant or tool was expected.`)
    if (typeof content !== 'string') throw new EssenceError('USAGE', `The content of a ${role} message is not text.`)
    if (role === 'user' && content.trim() === '') throw new EssenceError('USAGE', 'A user message is empty.')
  }
  const last = messages.at(-1)
  if (last?.role !== 'user' && last?.role !== 'tool')
    throw new EssenceError(
      'USAGE',
      `The last message is ${last ? `the ${last.role}'s` : 'missing'}; the user's was expected.`,
    )
  checkToolMessages(messages)
}
