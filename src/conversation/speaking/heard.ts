import {joinTexts} from '../../text/join-texts.ts'

/** A sentence as it lies in the sound of an answer. */
export interface SpokenSentence {
  /** As written. */
  text: string
  /** ms from the start of the sound; the end grows while it is made. */
  startMs: number
  endMs: number
}

/** A voice begins a sentence with a little silence, and ends it with some, in ms: nothing is said in it. */
const edgeMs = 60

/**
 * As much of an answer as was heard, cut at the word. Within a sentence words are taken to last as long as they have letters, which for an
 * even voice is right to a word or so.
 * @param heardMs ms of the sound that were heard
 */
export const heardText = (sentences: readonly SpokenSentence[], heardMs: number): string => {
  // One without a sound counts where another was heard after it.
  const last = sentences.findLastIndex(({startMs, endMs}) => startMs < heardMs && endMs > startMs)
  return joinTexts(sentences.slice(0, last + 1).map(sentence => heardPart(sentence, heardMs)))
}

/**
 * Sentences whose sound broke off: the last one is from now on what was heard of it, for it lasts no longer than that.
 * @param heard of all of them, as `heardText` has it
 */
export const breakOff = (
  sentences: readonly SpokenSentence[],
  {heard, heardMs}: {heard: string; heardMs: number},
): void => {
  const last = sentences.at(-1)
  if (!last) return
  const before = joinTexts(sentences.slice(0, -1).map(({text}) => text))
  last.text = heard.startsWith(before) ? heard.slice(before.length).trim() : ''
  last.endMs = Math.max(last.startMs, heardMs)
}

const heardPart = ({text, startMs, endMs}: SpokenSentence, heardMs: number): string => {
  if (heardMs >= endMs - edgeMs || endMs === startMs) return text
  const share = (heardMs - startMs - edgeMs) / Math.max(1, endMs - startMs - 2 * edgeMs)
  const letters = share * lengthOf(text)
  let [kept, length] = ['', 0]
  for (const word of text.match(/\s*\S+/gu) ?? []) {
    length += lengthOf(word)
    // Of a word that was cut more than half counts as heard.
    if (length - lengthOf(word) / 2 > letters) break
    kept += word
  }
  return kept
}

/** Letters and digits; the pause behind a mark lasts about as long as two. */
const lengthOf = (text: string): number =>
  (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) + 2 * (text.match(/[,;:.!?…—]/gu)?.length ?? 0)
