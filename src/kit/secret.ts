import {inspect} from 'node:util'

const known = new Set<string>()

/** Every secret value this process has read, for the last line of defence: redaction of what is printed. */
export const registeredSecrets = (): ReadonlySet<string> => known

/**
 * A value that must not be printed. Every usual way of turning it into text gives `[redacted]`; `reveal` gives the value,
 * to be called only where the value is used.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    // Shorter values are too likely to be an innocent part of some text.
    if (value.length >= 8) known.add(value)
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  [inspect.custom](): string {
    return '[redacted]'
  }
}
