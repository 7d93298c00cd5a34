import type {ChatDelta} from '../llm/port.ts'
import type {AssistantDelta} from './port.ts'

/** Characters that must stand in the answer already, one after the other, to count as said before. */
const gramLength = 16
/** Characters said before that make a loop, where they follow closely. */
const minLoopLength = 200
/** The same in multiples of the distance at which they were said before: a refrain comes back once, then something new does. */
const minInstances = 2
/** Something new makes up for so many characters said before: lines that are alike but for a word are no loop. */
const noveltyWeight = 3

export interface RepetitionGuard {
  /** Takes a piece of the answer, and returns what may be passed on: what was said before is held until something new follows. */
  push(piece: string): string
  /** The answer turns in circles: nothing more is to be taken from it, and what is held is dropped. */
  readonly isLoop: boolean
  /** What is held, at the end of an answer that is no loop. */
  flush(): string
}

/**
 * Watches an answer while it is written. Small models, and large ones at times, fall into saying the same again and again, often not
 * quite the same; a sampler's penalty for that also falls on what has to be repeated, such as a name.
 */
export const repetitionGuard = (): RepetitionGuard => {
  /** Where the last characters stood before. */
  const seen = new Map<string, number>()
  let recent = ''
  let position = 0
  let held = ''
  let isLoop = false
  // Of what was said before, since something new was said: its length, less what was new, and how far back it stood.
  let length = 0
  let characters = 0
  let distances = 0

  const look = (character: string): void => {
    const next = /\s/.test(character) ? ' ' : character.toLowerCase()
    if (next === ' ' && recent.endsWith(' ')) return
    recent = (recent + next).slice(-gramLength)
    position += 1
    const before = recent.length < gramLength ? undefined : seen.get(recent)
    seen.set(recent, position)
    if (before === undefined) length = Math.max(0, length - noveltyWeight)
    else {
      length += 1
      characters += 1
      distances += position - before
    }
    if (length === 0) {
      characters = 0
      distances = 0
    }
    isLoop ||= length >= Math.max(minLoopLength, (minInstances * distances) / Math.max(1, characters))
  }

  return {
    push(piece) {
      let passed = ''
      for (const character of piece) {
        if (isLoop) break
        look(character)
        held += character
        if (length > 0) continue
        passed += held
        held = ''
      }
      return passed
    },
    get isLoop() {
      return isLoop
    },
    flush: () => (isLoop ? '' : held),
  }
}

/** Passes deltas on until thought or answer turn in circles; the last one says so. Leaving ends the model's work. */
export async function* untilRepetition(deltas: AsyncIterable<ChatDelta>): AsyncGenerator<AssistantDelta> {
  let kind: AssistantDelta['kind'] = 'answer'
  let guard = repetitionGuard()
  function* release(text: string): Generator<AssistantDelta> {
    if (text !== '') yield {kind, text}
  }
  for await (const delta of deltas) {
    if (delta.kind !== 'answer' && delta.kind !== 'thought') continue
    if (delta.kind !== kind) {
      yield* release(guard.flush())
      kind = delta.kind
      guard = repetitionGuard()
    }
    yield* release(guard.push(delta.text))
    if (!guard.isLoop) continue
    yield {kind, text: '', finishReason: 'repetition'}
    return
  }
  yield* release(guard.flush())
}
