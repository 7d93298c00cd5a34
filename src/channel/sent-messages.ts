/** Messages that are remembered. */
const kept = 20

/** Letters of each that are shown. */
const shownLength = 60

/** What a bot sent lately, in memory, for its owner. */
export class SentMessages {
  readonly #lines: {at: number; to: string; text: string}[] = []

  /** @param at ms since the epoch */
  add(at: number, to: string, text: string): void {
    this.#lines.push({at, to, text: text.replace(/\s+/g, ' ').slice(0, shownLength)})
    if (this.#lines.length > kept) this.#lines.shift()
  }

  /** The newest last. @param timeZone IANA name. Default: the machine's. */
  lines(timeZone?: string | undefined): string[] {
    const time = new Intl.DateTimeFormat('en-GB', {dateStyle: 'short', timeStyle: 'short', timeZone})
    return this.#lines.map(({at, to, text}) => `${time.format(at)}  ${to}  ${text}`)
  }
}
