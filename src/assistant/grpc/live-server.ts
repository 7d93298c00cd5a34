import {EssenceError} from '../../kit/errors.ts'
import {linkedAbort} from '../../kit/flow/linked-abort.ts'
import type {ChatChunk, ConverseRequest} from '../../rpc/generated/june/llm/llm.ts'
import type {LiveReply} from '../port.ts'
import {untilSettled} from '../settled.ts'
import {conversationAnswer, type ServedMind} from './answers.ts'

/** Pieces of an answer that are written on the chance that it is wanted: enough for the first sentence. */
const maxUnsettledPieces = 48

/**
 * A turn of a live conversation: what is heard of the answer is what is remembered. Ends when that is known.
 * @throws USAGE, and what `conversationAnswer` throws
 */
export async function* liveAnswer(
  mind: ServedMind,
  requests: AsyncIterable<ConverseRequest>,
  signal: AbortSignal,
): AsyncGenerator<ChatChunk> {
  const steps = requests[Symbol.asyncIterator]()
  const {value: first} = await steps.next()
  const {context} = first?.ask ?? {}
  if (!first?.ask || !context?.sessionId) {
    throw new EssenceError('USAGE', 'The first message of Converse is not a question with context.session_id.')
  }
  const settled = Promise.withResolvers<void>()
  const heard = Promise.withResolvers<string | undefined>()
  const live: LiveReply = {settled: settled.promise, heard: heard.promise}
  const stop = linkedAbort(signal)
  let isSettled = false
  let text = ''
  const follow = async (): Promise<void> => {
    const end = await lastStep(steps, () => {
      isSettled = true
      settled.resolve()
    })
    // Where the client is gone, what it was given counts as heard.
    heard.resolve(end ? end.text : isSettled ? text : undefined)
    stop.abort(new EssenceError('CANCELLED', 'No more of the answer is wanted.'))
  }
  void follow()
  try {
    let pieces = 0
    for await (const chunk of conversationAnswer(mind, {...first.ask, context}, stop.signal, live)) {
      text += chunk.contentDelta
      yield chunk
      if (!isSettled && ++pieces >= maxUnsettledPieces) await untilSettled({live, signal: stop.signal})
    }
    await heard.promise
  } catch (error) {
    // What was interrupted ends well.
    if (!stop.signal.aborted || signal.aborted) throw error
  } finally {
    stop.unlink()
  }
}

/** @returns what was heard; undefined where the client does not say */
const lastStep = async (
  steps: AsyncIterator<ConverseRequest>,
  onSettled: () => void,
): Promise<{text?: string | undefined} | undefined> => {
  try {
    for (;;) {
      const {value, done} = await steps.next()
      if (done) return undefined
      if (value.settled) onSettled()
      if (value.heard) return value.heard
    }
  } catch {
    return undefined
  }
}
