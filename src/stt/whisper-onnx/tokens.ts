/** Numbers of Whisper's special tokens; they follow from the size of the vocabulary (whisper.cpp, `whisper_vocab`). */
export interface SpecialTokens {
  /** End of the text; all before it are text. */
  end: number
  start: number
  /** Tokens of languages, in the order of their numbers; none in an English-only model. */
  languages: number[]
  translate: number
  transcribe: number
  /** Introduces the text that precedes. */
  previous: number
  noSpeech: number
  noTimes: number
  /** 0.00 s; each further one is 20 ms later. */
  firstTime: number
}

export const specialTokens = (vocabulary: number): SpecialTokens => {
  const multilingual = vocabulary >= 51_865
  const languages = multilingual ? vocabulary - 51_766 : 0
  const end = multilingual ? 50_257 : 50_256
  const start = end + 1
  // English-only files leave room for 99 languages, but for 98 in the numbering.
  const translate = multilingual ? start + 1 + languages : 50_357
  return {
    end,
    start,
    languages: Array.from({length: languages}, (_, i) => start + 1 + i),
    translate,
    transcribe: translate + 1,
    previous: translate + 3,
    noSpeech: translate + 4,
    noTimes: translate + 5,
    firstTime: translate + 6,
  }
}

/** Text to tokens and back. The file has the bytes of each token, and their numbers are the order they are merged in. */
export class WhisperVocabulary {
  readonly #words: readonly Uint8Array[]
  /** Bytes (as Latin-1) → number. */
  readonly #numbers = new Map<string, number>()

  /** @param words bytes of the text tokens, by their number */
  constructor(words: readonly Uint8Array[], end: number) {
    this.#words = words.slice(0, end)
    for (const [number, word] of this.#words.entries()) {
      const bytes = latin1(word)
      if (word.length > 0 && !this.#numbers.has(bytes)) this.#numbers.set(bytes, number)
    }
  }

  /** The number of the token with exactly this text. */
  numberOf(text: string): number | undefined {
    return this.#numbers.get(latin1(new TextEncoder().encode(text)))
  }

  /** The bytes of tokens, one after the other; those without text have none. */
  bytes(tokens: readonly number[]): Uint8Array {
    return Buffer.concat(tokens.map(token => this.#words[token] ?? new Uint8Array()))
  }

  /** Bytes that are no UTF-8 become U+FFFD. */
  text(tokens: readonly number[]): string {
    return new TextDecoder().decode(this.bytes(tokens))
  }

  /** Byte pair encoding as GPT-2's: of all neighbours, those that make the token with the lowest number are merged first. */
  encode(text: string): number[] {
    return (text.match(pieces) ?? []).flatMap(piece => this.#encodePiece(piece))
  }

  #encodePiece(piece: string): number[] {
    const parts = [...latin1(new TextEncoder().encode(piece))]
    for (;;) {
      let best = Number.POSITIVE_INFINITY
      let at = -1
      for (let i = 0; i + 1 < parts.length; i++) {
        const number = this.#numbers.get(`${parts[i]}${parts[i + 1]}`)
        if (number !== undefined && number < best) [best, at] = [number, i]
      }
      if (at === -1) break
      parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`)
    }
    return parts.flatMap(part => this.#numbers.get(part) ?? [])
  }
}

/** What GPT-2 never merges across. */
const pieces = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
