import type {ToolContext} from '@essence/core/tools/port'

export const context = (given: Partial<ToolContext> = {}): ToolContext => ({
  speaker: 'telegram:1',
  session: 'chat',
  channel: 'telegram',
  language: 'en',
  said: 'Please do it.',
  ...given,
})

let calls = 0

/** A call as a model writes it. */
export const callOf = (name: string, input: unknown = {}) => ({
  id: `call-${++calls}`,
  name,
  arguments: typeof input === 'string' ? input : JSON.stringify(input),
})
