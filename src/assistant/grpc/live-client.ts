import {Channel} from '../../kit/flow/channel.ts'
import {linkedAbort} from '../../kit/flow/linked-abort.ts'
import type {RpcClient} from '../../rpc/client.ts'
import {
  type ChatChunk,
  type ChatRequest,
  ConverseRequest,
  type LLMInferenceDefinition,
} from '../../rpc/generated/june/llm/llm.ts'
import type {LiveReply} from '../port.ts'

type Client = RpcClient<typeof LLMInferenceDefinition>['client']

/**
 * The answer to a live turn. It ends with the answer; the call behind it goes on until it is known what was heard of that.
 * @param closing ends the call
 */
export const liveAnswer = (
  client: Client,
  asked: ChatRequest,
  live: LiveReply,
  closing: AbortSignal,
): AsyncIterable<ChatChunk> => {
  const chunks = new Channel<ChatChunk>(Number.POSITIVE_INFINITY)
  const call = linkedAbort(closing)
  const run = async (): Promise<void> => {
    try {
      for await (const chunk of client.converse(stepsOf(asked, live), {signal: call.signal})) {
        void chunks.push(chunk)
        if (chunk.isFinal) chunks.end()
      }
      chunks.end()
    } catch (error) {
      chunks.fail(error)
    } finally {
      call.unlink()
    }
  }
  void run()
  // What was never said needs no end.
  void live.heard.then(text => text === undefined && call.abort(undefined))
  return chunks
}

/** What becomes known of a turn, as it does. */
async function* stepsOf(ask: ChatRequest, {settled, heard}: LiveReply): AsyncGenerator<ConverseRequest> {
  yield ConverseRequest.fromPartial({ask})
  const isSettled = await Promise.race([settled.then(() => true), heard.then(() => false)])
  if (isSettled) yield ConverseRequest.fromPartial({settled: {}})
  yield ConverseRequest.fromPartial({heard: {text: await heard}})
}
