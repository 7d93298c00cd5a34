import {randomUUID} from 'node:crypto'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import type {ChatDelta, ChatFinish, ToolCall} from '../port.ts'
import {streamedError} from './refusal.ts'
import {unreadable} from './server.ts'
import {thoughtSplitter} from './thoughts.ts'

const count = z.int().nonnegative()

const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            // llama-server, SGLang and older vLLM; newer vLLM.
            reasoning_content: z.string().nullish(),
            reasoning: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  index: count.nullish(),
                  id: z.string().nullish(),
                  function: z.object({name: z.string().nullish(), arguments: z.string().nullish()}).nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count.nullish(),
      prompt_tokens_details: z.object({cached_tokens: count.nullish()}).nullish(),
    })
    .nullish(),
  /** Of llama-server: tokens from its cache, and written per second. */
  timings: z.object({cache_n: count.nullish(), predicted_per_second: z.number().nullish()}).nullish(),
})

type Chunk = z.output<typeof chunkSchema>

const maxCalls = 128

/**
 * Makes deltas of the pieces a server streams. Calls come whole, at the end.
 * @param promptTokens what the prompt is taken to have where the server does not count
 * @throws REMOTE_UNREACHABLE (it ended without an end), REMOTE_REFUSED (it is no chat), what the server says in the middle
 */
export async function* deltasOf(
  pieces: AsyncIterable<unknown>,
  host: string,
  promptTokens: () => Promise<number>,
): AsyncGenerator<ChatDelta> {
  const split = thoughtSplitter()
  const calls: ToolCall[] = []
  let [reason, usage, timings]: [string | undefined, Chunk['usage'], Chunk['timings']] = [undefined, null, null]
  let [written, firstMs, lastMs] = [0, 0, 0]
  for await (const piece of pieces) {
    const failure = streamedError(host, piece)
    if (failure) throw failure
    const parsed = chunkSchema.safeParse(piece)
    if (!parsed.success) throw unreadable(host, parsed.error)
    const {choices, ...numbers} = parsed.data
    usage = numbers.usage ?? usage
    timings = numbers.timings ?? timings
    const [choice] = choices ?? []
    reason = choice?.finish_reason ?? reason
    const {content, reasoning_content, reasoning, tool_calls} = choice?.delta ?? {}
    const thought = reasoning_content ?? reasoning
    if (!content && !thought && !tool_calls?.length) continue
    lastMs = performance.now()
    if (written++ === 0) firstMs = lastMs
    if (thought) yield* split.thought(thought)
    if (content) yield* split.content(content)
    for (const fragment of tool_calls ?? []) addFragment(calls, fragment, host)
  }
  yield* split.end()
  if (reason === undefined)
    throw new EssenceError(
      'REMOTE_UNREACHABLE',
      `The connection to the model server ${host} broke in the middle of an answer.`,
    )
  const finish = finishOf(reason, calls)
  // A call that was cut off by the limit is none.
  const whole = finish === 'length' ? calls.filter(({arguments: text}) => isJson(text)) : calls
  for (const call of whole) yield {kind: 'toolCall', text: '', call}
  const completionTokens = usage?.completion_tokens ?? written
  const seconds = (lastMs - firstMs) / 1000
  yield {
    kind: 'end',
    text: '',
    finish,
    usage: {
      promptTokens: usage?.prompt_tokens ?? (await promptTokens()),
      completionTokens,
      cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? timings?.cache_n ?? 0,
      // The first one is written before the clock runs.
      tokensPerSecond: timings?.predicted_per_second ?? (seconds > 0 ? (completionTokens - 1) / seconds : 0),
    },
  }
}

const finishOf = (reason: string, calls: readonly ToolCall[]): ChatFinish => {
  if (reason === 'length') return 'length'
  return calls.length > 0 ? 'toolCalls' : 'stop'
}

type Fragment = NonNullable<NonNullable<NonNullable<Chunk['choices']>[number]['delta']>['tool_calls']>[number]

/** The first fragment of a call has its name and id, later ones more of its arguments. */
const addFragment = (calls: ToolCall[], fragment: Fragment, host: string): void => {
  const {name, arguments: text} = fragment.function ?? {}
  // Some number none of them: a name then begins the next one.
  const index = fragment.index ?? (name ? calls.length : calls.length - 1)
  const call = calls[index]
  if (call) {
    call.arguments += text ?? ''
    return
  }
  if (!name || index !== calls.length || index >= maxCalls) throw unreadable(host)
  calls.push({id: fragment.id || `call_${randomUUID()}`, name, arguments: text ?? ''})
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
