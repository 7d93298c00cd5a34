import {throwIfCancelled} from '../kit/errors.ts'
import type {AssistantDelta} from './port.ts'

/** A finished answer, streamed word by word as a language model would. @throws CANCELLED */
export async function* wordDeltas(text: string, signal: AbortSignal | undefined): AsyncGenerator<AssistantDelta> {
  for (const word of text.match(/\s*\S+\s*/g) ?? []) {
    throwIfCancelled(signal)
    yield {kind: 'answer', text: word}
  }
  throwIfCancelled(signal)
}
