import {EssenceError} from '../../kit/errors.ts'
import type {ChatMessage, ToolCall} from '../../llm/port.ts'
import type {ToolCall as CallMessage, ChatMessage as Message} from '../../rpc/generated/june/llm/llm.ts'

const roles = ['system', 'user', 'assistant', 'tool'] as const

const usage = (message: string): EssenceError => new EssenceError('USAGE', message)

/**
 * The messages of a request, as the model takes them. Results of tools that do not say which call they answer are given to the first
 * open one of that name, which is all that clients of June's first version can say.
 * @throws USAGE
 */
export const chatMessages = (messages: readonly Message[]): ChatMessage[] => {
  if (messages.length === 0) throw usage('There are no messages; at least one of the user was expected.')
  const open: ToolCall[] = []
  return messages.map(({role: said, content, name, functionCall, toolCalls, toolCallId}, index): ChatMessage => {
    const role = roles.find(known => known === said)
    if (!role) {
      throw usage(
        `Message ${index + 1} has the role "${said.slice(0, 40)}"; system, user, assistant or tool was expected.`,
      )
    }
    if (role === 'assistant') {
      const calls = toolCalls.map((call, at) => callFrom(call, `call-${index}-${at}`))
      if (functionCall) calls.push({id: `call-${index}`, ...functionCall})
      open.push(...calls)
      return {role, content, toolCalls: calls.length > 0 ? calls : undefined}
    }
    if (role === 'tool') {
      const at = open.findIndex(call => (toolCallId ? call.id === toolCallId : !name || call.name === name))
      const [call] = at < 0 ? [] : open.splice(at, 1)
      if (!call) throw usage(`Message ${index + 1} is the result of a tool that no message before it calls.`)
      return {role, content, toolCallId: call.id, name: call.name}
    }
    if (content.trim() === '' && role === 'user') throw usage(`Message ${index + 1}, the user's, is empty.`)
    return {role, content}
  })
}

/** @param ownId where the message has none */
export const callFrom = ({id, function: called}: CallMessage, ownId: string): ToolCall => ({
  id: id || ownId,
  name: called?.name ?? '',
  arguments: called?.arguments ?? '',
})

export const callMessage = ({id, name, arguments: given}: ToolCall): CallMessage => ({
  id,
  type: 'function',
  function: {name, arguments: given},
})
