import type {Choices} from '@essence/core/channel/chats'
import type {LiveEvent} from '@essence/core/conversation/port'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {isNamed} from './named.ts'

/** What June answers in a channel: `/mode` in its chat. */
export type Hears = NonNullable<Choices['hears']>

/** ms after June's answer to somebody within which they go on from it: what they begin to say then is said to her. */
const followUpMs = 8000

export interface AddressingOptions {
  /** What people chose for the channel. */
  hears: () => Promise<Hears>
  /** Whether nobody else is there who may talk to June. */
  isAlone: () => boolean
  /** ms, from any origin. */
  now?: () => number
  log: Log
}

/** Tells what is said to June, in a room where people talk to each other as well. */
export class Addressing {
  readonly #options: AddressingOptions
  readonly #now: () => number
  /** As it was known a moment ago. */
  #hears: Hears = 'reply'
  /** When June's last answer to somebody ended; Infinity: it is being given. */
  readonly #answeredAt = new Map<string, number>()
  /** When somebody who speaks began to. */
  readonly #beganAt = new Map<string, number>()

  constructor(options: AddressingOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Reads again what is chosen. */
  refresh(): void {
    const {hears, log} = this.#options
    hears().then(
      chosen => {
        this.#hears = chosen
      },
      error => log.warn({why: messageOf(error)}, 'what is chosen for a voice channel is not known'),
    )
  }

  isMeant(person: string, text: string): boolean {
    if (this.#hears === 'always' || isNamed(text)) return true
    return this.#hears === 'reply' && (this.#options.isAlone() || this.#goesOn(person))
  }

  /** What happens in a person's conversation. */
  take(person: string, {type}: Pick<LiveEvent, 'type'>): void {
    if (type === 'speechStarted') this.#beganAt.set(person, this.#now())
    else if (type === 'dismissed' || type === 'committed') this.#beganAt.delete(person)
    else if (type === 'responseStarted') this.#answeredAt.set(person, Number.POSITIVE_INFINITY)
    else if (type === 'responseEnded') this.#answeredAt.set(person, this.#now())
  }

  forget(person: string): void {
    this.#answeredAt.delete(person)
    this.#beganAt.delete(person)
  }

  #goesOn(person: string): boolean {
    const answeredAt = this.#answeredAt.get(person) ?? Number.NEGATIVE_INFINITY
    return (this.#beganAt.get(person) ?? this.#now()) - answeredAt <= followUpMs
  }
}
