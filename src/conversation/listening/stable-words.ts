import {joinTexts} from '../../text/join-texts.ts'

/** The last word of a sound that goes on may be half of one. */
const heldBack = 1

/**
 * Finds the words of a growing utterance that will not change: those on which two recognitions, one after the other, agree (LocalAgreement-2,
 * Macháček et al. 2023, "Turning Whisper into Real-Time Transcription System"). What was told is not taken back.
 */
export class StableWords {
  #last: string[] = []
  #told: string[] = []

  /** @param text all that was heard so far @returns the further words; empty where there are none */
  push(text: string): string {
    const words = wordsOf(text)
    const agreed = words.findIndex((word, at) => plain(word) !== plain(this.#last[at] ?? ''))
    const stable = words.slice(0, agreed < 0 ? words.length : agreed)
    this.#last = words
    return this.#tell(stable.slice(0, Math.max(0, words.length - heldBack)))
  }

  /** @param text all that was said @returns what was not told of it yet */
  end(text: string): string {
    return this.#tell(wordsOf(text))
  }

  #tell(words: string[]): string {
    const further = words.slice(this.#told.length)
    this.#told.push(...further)
    return joinTexts(further)
  }
}

/** Words as they are written; of scripts without spaces, characters. */
const wordsOf = (text: string): string[] =>
  text.match(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]\p{M}*[\p{P}]*|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu,
  ) ?? []

/** A word without marks and case. */
const plain = (word: string): string =>
  word
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/[^\p{L}\p{M}\p{N}']/gu, '')

/** The words of a text without marks and case; empty where it has none. */
export const plainWords = (text: string): string[] => wordsOf(text).map(plain).filter(Boolean)
