import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import type {Assistant, AssistantDelta, AssistantRequest} from './port.ts'
import {wordDeltas} from './word-deltas.ts'

export interface MockAssistantOptions {
  /** What it answers. Default: `mockReply`. */
  reply?: ((request: AssistantRequest) => string) | undefined
  /** What it thinks before each answer. Default: nothing. */
  thought?: string | undefined
  /** Awaited before every delta, so that a test decides how slow the assistant is, or fails. */
  beforeDelta?: ((delta: AssistantDelta) => Promise<void> | void) | undefined
}

/** What the mock answers to a text. */
export const mockReply = (text: string): string => `You said: ${text}`

/** An assistant that repeats what it hears and remembers nothing. Same input, same output. */
export const mockAssistant = (options: MockAssistantOptions = {}): Assistant => {
  const {reply = ({text}) => mockReply(text), thought, beforeDelta} = options
  let closed = false

  async function* deltasOf(request: AssistantRequest): AsyncGenerator<AssistantDelta> {
    if (thought) yield {kind: 'thought', text: thought}
    yield* wordDeltas(reply(request), request.signal)
  }

  return {
    info: {
      engine: 'mock',
      model: 'mock',
      device: 'cpu',
      deviceReason: 'a mock computes nothing',
      demo: 'The assistant is a mock: it repeats what it hears.',
    },
    async *reply(request) {
      throwIfCancelled(request.signal)
      if (closed) throw new EssenceError('ENGINE_UNAVAILABLE', 'The assistant has been closed.')
      for await (const delta of deltasOf(request)) {
        await beforeDelta?.(delta)
        throwIfCancelled(request.signal)
        yield delta
      }
    },
    forget: async () => {},
    close: async () => {
      closed = true
    },
  }
}
