import type {Settings} from './schema.ts'

/**
 * One setting that only a person can tell, as `essence init` asks for it. A plugin hands out its own by the hook `setup`; it says what is
 * asked and looks whether an answer works, and knows no terminal.
 */
export interface SetupStep<S extends Settings = Settings> {
  /** The variable that keeps the answer. */
  name: string
  /** Flag of `essence init` that gives it, where it has one; of a secret, the file it is in: `telegram-token-file`. */
  flag?: string | undefined
  /** Lines above the question. @param facts what `check` said, by the name of the variable */
  intro?: ((facts: ReadonlyMap<string, string>) => readonly string[]) | undefined
  /** `Token of the bot` */
  question: string
  /** What Enter takes. */
  recommended?: string | undefined
  /** What becomes of June without an answer: "Telegram stays off." For what has nothing recommended. */
  without?: string | undefined
  /** Where nobody can be asked it is left out, and not named as missing: one of several ways to reach June. */
  optional?: boolean | undefined
  /** It is asked only where this variable is set. */
  needs?: string | undefined
  /** Variables that get the same value, where they have none. */
  also?: readonly string[] | undefined
  /** Words that may be meant: the nearest is named for one that is not understood. */
  known?: (() => readonly string[]) | undefined
  /**
   * Whether the answer works, asked of who knows.
   * @param settings with the answers so far, this one among them
   * @returns what is told of it: `@june_bot`
   * @throws REMOTE_UNREACHABLE where that cannot be found out; any other EssenceError says what is wrong with it
   */
  check?: ((settings: S, signal: AbortSignal) => Promise<string>) | undefined
  /**
   * Finds answers while a person is asked; each is put before them. Ends by its signal.
   * @throws EssenceError where nothing can be found this way
   */
  find?: ((settings: S, signal: AbortSignal) => AsyncIterable<FoundAnswer>) | undefined
}

export interface FoundAnswer {
  value: string
  /** Completes "… Is that you?": "Ada (@ada), id 42, wrote." From outside, and so to be shown in one line. */
  told: string
}
