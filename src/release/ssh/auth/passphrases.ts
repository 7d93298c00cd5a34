import type {Secret} from '../../../kit/secret.ts'

/** Asks a person for the passphrase of a key; `undefined` when they give none. */
export type AskPassphrase = (keyFile: string) => Promise<Secret | undefined>

/** Passphrases of one run of a command: each key is asked for once, also when several hosts want it, and one at a time. */
export class Passphrases {
  readonly #ask: AskPassphrase | undefined
  readonly #known = new Map<string, Secret>()
  #last: Promise<unknown> = Promise.resolve()
  /** Somebody is being asked: what waits for a host must not count this time. */
  asking = false

  /** @param ask absent where there is no terminal */
  constructor(ask?: AskPassphrase) {
    this.#ask = ask
  }

  /**
   * Does work that needs a passphrase, again after a wrong one, three times at most, as ssh does.
   * @param use throws when the passphrase does not fit
   */
  async unlock<T>(keyFile: string, use: (passphrase: Secret) => T): Promise<T> {
    const unlocking = this.#last.then(() => this.#unlockNow(keyFile, use))
    this.#last = unlocking.catch(() => {})
    return unlocking
  }

  async #unlockNow<T>(keyFile: string, use: (passphrase: Secret) => T): Promise<T> {
    const known = this.#known.get(keyFile)
    if (known) return use(known)
    if (!this.#ask) throw new Error('is encrypted, and there is no terminal to ask for its passphrase')
    for (let tries = 3; tries > 0; tries--) {
      this.asking = true
      const given = await this.#ask(keyFile).finally(() => {
        this.asking = false
      })
      if (!given) throw new Error('is encrypted, and no passphrase was given')
      try {
        const result = use(given)
        this.#known.set(keyFile, given)
        return result
      } catch {
        // Another try.
      }
    }
    throw new Error('is encrypted, and the passphrase does not fit')
  }
}
