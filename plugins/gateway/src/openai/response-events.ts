import type {ToolCall} from '@essence/core/llm/port'
import type {Begun} from './answer.ts'
import {ended, newId, type OutputItem, type ResponseBody, usageOf} from './response-body.ts'

export type ResponseEvent = {type: string} & Record<string, unknown>

/** A kind of text an item is made of, and what its events are called. */
const texts = {
  answer: {
    event: 'response.output_text',
    item: () => ({id: newId('msg'), type: 'message', status: 'in_progress', role: 'assistant', content: []}),
    part: (text: string) => ({type: 'output_text', text, annotations: [], logprobs: []}),
    more: {logprobs: []},
  },
  thought: {
    event: 'response.reasoning_text',
    item: () => ({id: newId('rs'), type: 'reasoning', status: 'in_progress', summary: [], content: []}),
    part: (text: string) => ({type: 'reasoning_text', text}),
    more: {},
  },
} as const

type Kind = keyof typeof texts

/**
 * The events of a response, as they happen; the last one has the whole of it.
 * @throws what the model throws
 */
export async function* responseEvents(
  started: ResponseBody,
  {deltas, thoughtTokens}: Begun,
): AsyncGenerator<ResponseEvent, ResponseBody> {
  const output: OutputItem[] = []
  let open: {kind: Kind; item: OutputItem; text: string} | undefined
  let thoughts = ''
  const place = (item: OutputItem) => ({output_index: output.length, item_id: item.id})

  function* begin(kind: Kind): Generator<ResponseEvent> {
    const item: OutputItem = texts[kind].item()
    open = {kind, item, text: ''}
    yield {type: 'response.output_item.added', output_index: output.length, item}
    yield {type: 'response.content_part.added', ...place(item), content_index: 0, part: texts[kind].part('')}
  }
  function* end(status: 'completed' | 'incomplete'): Generator<ResponseEvent> {
    if (!open) return
    const {kind, item, text} = open
    const {event, part, more} = texts[kind]
    yield {type: `${event}.done`, ...place(item), content_index: 0, text, ...more}
    yield {type: 'response.content_part.done', ...place(item), content_index: 0, part: part(text)}
    const whole = {...item, status, content: [part(text)]}
    yield {type: 'response.output_item.done', output_index: output.length, item: whole}
    output.push(whole)
    open = undefined
  }
  function* called({id, name, arguments: text}: ToolCall): Generator<ResponseEvent> {
    const item = {id: newId('fc'), type: 'function_call', status: 'in_progress', call_id: id, name, arguments: ''}
    yield {type: 'response.output_item.added', output_index: output.length, item}
    yield {type: 'response.function_call_arguments.delta', ...place(item), delta: text}
    yield {type: 'response.function_call_arguments.done', ...place(item), name, arguments: text}
    const whole = {...item, status: 'completed', arguments: text}
    yield {type: 'response.output_item.done', output_index: output.length, item: whole}
    output.push(whole)
  }

  yield {type: 'response.created', response: started}
  yield {type: 'response.in_progress', response: started}
  let result: ResponseBody = {...started, output}
  for await (const delta of deltas) {
    if (delta.kind === 'end') {
      const isCut = delta.finish === 'length'
      yield* end(isCut ? 'incomplete' : 'completed')
      const usage = usageOf(delta.usage, await thoughtTokens(thoughts))
      result = isCut
        ? ended(result, 'incomplete', {usage, incomplete_details: {reason: 'max_output_tokens'}})
        : ended(result, 'completed', {usage})
    } else if (delta.kind === 'toolCall') {
      yield* end('completed')
      yield* called(delta.call)
    } else {
      if (open?.kind !== delta.kind) {
        yield* end('completed')
        yield* begin(delta.kind)
      }
      if (!open) continue
      open.text += delta.text
      if (delta.kind === 'thought') thoughts += delta.text
      const {event, more} = texts[delta.kind]
      yield {type: `${event}.delta`, ...place(open.item), content_index: 0, delta: delta.text, ...more}
    }
  }
  yield {type: `response.${result.status}`, response: result}
  return result
}
