import type {Assistant} from '../assistant/port.ts'
import {EssenceError} from '../kit/errors.ts'
import type {Embedder} from '../llm/embedding-port.ts'
import type {LanguageModel} from '../llm/port.ts'
import type {SpeechToText} from '../stt/port.ts'
import type {TextToSpeech} from '../tts/port.ts'

interface Closable {
  close(): Promise<void>
}

interface Held<E> {
  engine: E
  calls: number
  isOld: boolean
}

/** An engine, or a set of them, that is replaced while it is used: a call ends on the one it began on, which is closed after the last. */
export class Replaceable<E extends Closable> {
  #held: Held<E>
  /** The ends of old ones. */
  readonly #closing = new Set<Promise<void>>()

  constructor(engine: E) {
    this.#held = {engine, calls: 0, isOld: false}
  }

  get current(): E {
    return this.#held.engine
  }

  async run<T>(call: (engine: E) => Promise<T>): Promise<T> {
    const leave = this.#enter()
    try {
      return await call(this.current)
    } finally {
      leave()
    }
  }

  async *stream<T>(call: (engine: E) => AsyncIterable<T>): AsyncGenerator<T> {
    const leave = this.#enter()
    try {
      yield* call(this.current)
    } finally {
      leave()
    }
  }

  /** New calls go to another one from now on. */
  replace(engine: E): void {
    const old = this.#held
    this.#held = {engine, calls: 0, isOld: false}
    old.isOld = true
    this.#closeUnused(old)
  }

  /** Closes the current one, and waits for the old ones that are being closed. */
  async close(): Promise<void> {
    await Promise.all([this.#held.engine.close(), ...this.#closing])
  }

  #enter(): () => void {
    const held = this.#held
    held.calls++
    return () => {
      held.calls--
      this.#closeUnused(held)
    }
  }

  #closeUnused({engine, calls, isOld}: Held<E>): void {
    if (!isOld || calls > 0) return
    // Nobody uses it any more: that it does not close well is no failure of anything.
    const closing: Promise<void> = engine
      .close()
      .catch(() => {})
      .finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }
}

/** The recogniser of what is held at the moment of each call. */
export const heldRecognizer = <E extends Closable>(
  held: Replaceable<E>,
  of: (engine: E) => SpeechToText,
): SpeechToText => ({
  get info() {
    return of(held.current).info
  },
  get abilities() {
    return of(held.current).abilities
  },
  get requestLimit() {
    return of(held.current).requestLimit
  },
  recognize: (audio, options) => held.run(engine => of(engine).recognize(audio, options)),
  stream: (audio, options) => held.stream(engine => of(engine).stream(audio, options)),
  close: () => held.close(),
})

/** Likewise, of voices. */
export const heldSynthesizer = <E extends Closable>(
  held: Replaceable<E>,
  of: (engine: E) => TextToSpeech,
): TextToSpeech => ({
  get info() {
    return of(held.current).info
  },
  get requestLimit() {
    return of(held.current).requestLimit
  },
  get defaultVoice() {
    return of(held.current).defaultVoice
  },
  voices: () => held.run(engine => of(engine).voices()),
  synthesize: (text, options) => held.stream(engine => of(engine).synthesize(text, options)),
  close: () => held.close(),
})

/** Likewise, of what answers. */
export const heldAssistant = <E extends Closable>(held: Replaceable<E>, of: (engine: E) => Assistant): Assistant => ({
  get info() {
    return of(held.current).info
  },
  // Not counted as calls: whoever watches for reminders never ends by itself, and would keep what was replaced for good.
  get mind() {
    return of(held.current).mind
  },
  get lacks() {
    return of(held.current).lacks
  },
  reply: request => held.stream(engine => of(engine).reply(request)),
  forget: (session, speaker) => held.run(engine => of(engine).forget(session, speaker)),
  close: () => held.close(),
})

/** What was there when it was asked for, and is not any more. */
const gone = (): never => {
  throw new EssenceError('ENGINE_UNAVAILABLE', 'The model is being replaced.', {suggestions: ['Try again.']})
}

/** Likewise, of a model that may be gone with the next engines: ENGINE_UNAVAILABLE. */
export const heldModel = <E extends Closable>(
  held: Replaceable<E>,
  of: (engine: E) => LanguageModel | undefined,
): LanguageModel => {
  const model = (engine: E): LanguageModel => of(engine) ?? gone()
  return {
    get info() {
      return model(held.current).info
    },
    get contextTokens() {
      return model(held.current).contextTokens
    },
    get callsTools() {
      return model(held.current).callsTools
    },
    get requestLimit() {
      return model(held.current).requestLimit
    },
    promptTokens: maxTokens => model(held.current).promptTokens(maxTokens),
    countTokens: (messages, tools) => held.run(engine => model(engine).countTokens(messages, tools)),
    prepare: (opening, signal) => held.run(engine => model(engine).prepare(opening, signal)),
    chat: (messages, options) => held.stream(engine => model(engine).chat(messages, options)),
    close: () => held.close(),
  }
}

/** Likewise, of what embeds. */
export const heldEmbedder = <E extends Closable>(
  held: Replaceable<E>,
  of: (engine: E) => Embedder | undefined,
): Embedder => {
  const embedder = (engine: E): Embedder => of(engine) ?? gone()
  return {
    get info() {
      return embedder(held.current).info
    },
    get model() {
      return embedder(held.current).model
    },
    get dimension() {
      return embedder(held.current).dimension
    },
    get maxTokens() {
      return embedder(held.current).maxTokens
    },
    embed: (texts, options) => held.run(engine => embedder(engine).embed(texts, options)),
    close: () => held.close(),
  }
}
