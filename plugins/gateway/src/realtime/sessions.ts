import {refusal} from '../openai/errors.ts'
import type {RealtimeSession} from './session.ts'

/** ms that a session waits for its client to come back. */
const patienceMs = 30_000

/** ms before the end of its time from which on a session ends where nothing is being answered. */
const endingMs = 60_000

/** Sessions of one person that wait for their client at once; of more, the one that has waited longest ends. */
const maxWaiting = 8

/** The sessions there are: with a client, or waiting for it to come back. */
export class Sessions {
  readonly #sessions = new Map<string, RealtimeSession>()
  /** Those that wait, and what ends them; the first has waited longest. */
  readonly #waiting = new Map<RealtimeSession, NodeJS.Timeout>()
  /** What ends them after their time. */
  readonly #ending = new Map<RealtimeSession, NodeJS.Timeout>()
  readonly #patienceMs: number

  constructor(waitMs = patienceMs) {
    this.#patienceMs = waitMs
  }

  add(session: RealtimeSession): void {
    this.#sessions.set(session.id, session)
    const end = (): void => void session.expire(endingMs)
    this.#ending.set(session, setTimeout(end, session.lifetimeMs - endingMs).unref())
  }

  /** @throws CONVERSATION_UNKNOWN: there is none, or it is another person's */
  get(id: string, speaker: string): RealtimeSession {
    const session = this.#sessions.get(id)
    if (session?.served.speaker === speaker) return session
    const message = `There is no session ${id.slice(0, 64)} to go on with: it has ended, or its ${this.#patienceMs / 1000} s are over.`
    throw refusal(message, {param: 'session', fault: 'session_not_found'}, 'CONVERSATION_UNKNOWN')
  }

  /** Its client is there again. */
  keep(session: RealtimeSession): void {
    clearTimeout(this.#waiting.get(session))
    this.#waiting.delete(session)
  }

  /** Its client has gone, and may come back. */
  wait(session: RealtimeSession): void {
    session.suspend()
    const over = (): void => session.close('Nobody came back.')
    this.#waiting.set(session, setTimeout(over, this.#patienceMs).unref())
    const same = [...this.#waiting.keys()].filter(({served}) => served.speaker === session.served.speaker)
    if (same.length > maxWaiting) same[0]?.close('Too many sessions wait.')
  }

  forget(session: RealtimeSession): void {
    this.keep(session)
    clearTimeout(this.#ending.get(session))
    this.#ending.delete(session)
    this.#sessions.delete(session.id)
  }

  end(): void {
    for (const session of this.#sessions.values()) session.close('June is stopping.')
  }
}
