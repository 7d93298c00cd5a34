import type {ChatDelta} from '../port.ts'

const [open, close] = ['<think>', '</think>']

/**
 * Tells thoughts from the answer. A server that does so itself sends them apart; others leave the marks in the text, at its beginning. Line
 * breaks after marks begin neither.
 */
export const thoughtSplitter = () => {
  const begun = new Set<ChatDelta['kind']>()
  /** What may be a part of a mark. */
  let held = ''
  let state: 'beginning' | 'thinking' | 'answering' = 'beginning'

  function* give(kind: 'answer' | 'thought', text: string): Generator<ChatDelta> {
    const shown = begun.has(kind) ? text : text.trimStart()
    if (shown === '') return
    begun.add(kind)
    yield {kind, text: shown}
  }

  function* content(text: string): Generator<ChatDelta> {
    held += text
    if (state === 'beginning') {
      const start = held.trimStart()
      if (open.startsWith(start)) {
        if (start !== open) return
      }
      const thinks = start.startsWith(open)
      state = thinks ? 'thinking' : 'answering'
      if (thinks) held = start.slice(open.length)
    }
    if (state === 'thinking') {
      const at = held.indexOf(close)
      const sure = at < 0 ? held.length - partOfMark(held) : at
      yield* give('thought', held.slice(0, sure))
      held = held.slice(sure)
      if (at < 0) return
      held = held.slice(close.length)
      state = 'answering'
    }
    yield* give('answer', held)
    held = ''
  }

  return {
    content,
    *thought(text: string): Generator<ChatDelta> {
      yield* give('thought', text)
    },
    /** What was held back at the end was no mark. */
    *end(): Generator<ChatDelta> {
      yield* give(state === 'thinking' ? 'thought' : 'answer', held)
      held = ''
    },
  }
}

/** Length of the end of a text that may become the closing mark. */
const partOfMark = (text: string): number => {
  for (let length = Math.min(close.length - 1, text.length); length > 0; length--)
    if (close.startsWith(text.slice(-length))) return length
  return 0
}
