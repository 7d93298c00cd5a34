import type {RealtimeClientEvent} from 'openai/resources/realtime/realtime'

interface Event {
  text: string
  isSound: boolean
}

/** Pieces of sound kept while there is no connection: as much as a session waits for, 30 s. */
const maxPending = 750
/** Pieces kept of what the person is saying: 3 minutes. */
const maxUtterance = 4500
/** Pieces kept of what was before they spoke: 1 s. */
const prefix = 25

/** Events on their way to June, kept until they have arrived; what is being said is kept until June has understood it. */
export class Outgoing {
  /** Sent, and not known to have arrived. */
  #sent: Event[] = []
  #pending: Event[] = []
  #utterance: Event[] = []
  /** Sound was let go because there was too much of it. */
  hasLost = false

  /** @param send undefined: there is no connection, it waits */
  push(event: RealtimeClientEvent, send: ((text: string) => void) | undefined): void {
    const sent = {text: JSON.stringify(event), isSound: event.type === 'input_audio_buffer.append'}
    if (sent.isSound) this.#utterance.push(sent)
    if (send) {
      this.#sent.push(sent)
      send(sent.text)
    } else {
      this.#pending.push(sent)
      if (sent.isSound) this.#bound()
    }
  }

  /** Whether the person speaks: of what they say nothing is let go. */
  keep(isSpeaking: boolean): void {
    const max = isSpeaking ? maxUtterance : prefix
    if (this.#utterance.length > max) this.#utterance.splice(0, this.#utterance.length - max)
  }

  /** What was said is understood. */
  settle(): void {
    this.#utterance = []
  }

  /** How much has been sent and is not known to have arrived. */
  get unconfirmed(): number {
    return this.#sent.length
  }

  /** The first of those that were sent have arrived. */
  confirm(count: number): void {
    this.#sent.splice(0, count)
  }

  /** The connection is lost. @param bytes of the last events that had not left; Infinity: nobody knows how many */
  lose(bytes: number): void {
    let left = bytes
    const lost = this.#sent.findLastIndex(({text}) => {
      left -= text.length
      return left < 0
    })
    this.#pending.unshift(...this.#sent.slice(lost + 1))
    this.#sent = []
  }

  /** Of the turn under way what the session that is gone had been sent. */
  resend(send: (text: string) => void): void {
    const waiting = new Set(this.#pending)
    for (const event of this.#utterance) if (!waiting.has(event)) this.#give(event, send)
  }

  /** What has waited for the connection. */
  flush(send: (text: string) => void): void {
    for (const event of this.#pending.splice(0)) this.#give(event, send)
    this.hasLost = false
  }

  #give(event: Event, send: (text: string) => void): void {
    this.#sent.push(event)
    send(event.text)
  }

  #bound(): void {
    const sounds = this.#pending.filter(({isSound}) => isSound)
    if (sounds.length <= maxPending) return
    const [oldest] = sounds
    this.#pending = this.#pending.filter(event => event !== oldest)
    this.#utterance = this.#utterance.filter(event => event !== oldest)
    this.hasLost = true
  }
}
