import {inspect} from 'node:util'

const known = new Set<string>()

/** Replaces every secret this process has read, as it is or as it stands in a URL: the last line of defence. */
export const redact = (text: string): string => {
  let shown = text
  // The longest first: a secret may begin with another one.
  for (const secret of [...known].sort((a, b) => b.length - a.length)) {
    shown = shown.replaceAll(secret, '[redacted]').replaceAll(encodeURIComponent(secret), '[redacted]')
  }
  return shown
}

/**
 * A value that must not be printed. Every usual way of turning it into text gives `[redacted]`; `reveal` gives the value,
 * to be called only where the value is used.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    // Shorter values are too likely to be an innocent part of some text.
    if (value.length >= 8 && value.isWellFormed()) known.add(value)
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
