import type {WebSocket} from '@fastify/websocket'
import {newId, type ServerEvent} from './ids.ts'

/** Bytes of events that may wait to be confirmed; a client that confirms nothing of so many has lost its session. */
const maxUnconfirmed = 16 * 1024 ** 2

/**
 * What is said to a client, over one connection after the other. A ping follows what is sent; its pong says that all before it has arrived.
 * What is not confirmed when a connection is lost is sent again over the next one, and nothing else.
 */
export class Link {
  readonly #onOverflow: () => void
  readonly #unconfirmed: string[] = []
  #bytes = 0
  /** Events confirmed so far. */
  #confirmed = 0
  #isAsking = false
  #socket: WebSocket | undefined

  constructor(onOverflow: () => void) {
    this.#onOverflow = onOverflow
  }

  get socket(): WebSocket | undefined {
    return this.#socket
  }

  send(event: ServerEvent): void {
    const text = JSON.stringify({event_id: newId('event'), ...event})
    this.#unconfirmed.push(text)
    this.#bytes += text.length
    this.#socket?.send(text)
    this.#ask()
    if (this.#bytes > maxUnconfirmed) this.#onOverflow()
  }

  attach(socket: WebSocket): void {
    this.#socket = socket
    this.#isAsking = false
    socket.on('pong', data => {
      if (socket === this.#socket) this.#confirm(Number(data.toString()))
    })
    for (const text of this.#unconfirmed) socket.send(text)
    this.#ask()
  }

  detach(): void {
    this.#socket = undefined
  }

  /** Asks for the pong that confirms what was sent, unless one is on its way. */
  #ask(): void {
    const {length} = this.#unconfirmed
    if (!this.#socket || this.#isAsking || length === 0) return
    this.#isAsking = true
    this.#socket.ping(String(this.#confirmed + length))
  }

  /** @param events confirmed from the beginning of the session; anything else is a pong that nobody asked for here */
  #confirm(events: number): void {
    const arrived = events - this.#confirmed
    if (!(arrived > 0 && arrived <= this.#unconfirmed.length)) return
    for (const text of this.#unconfirmed.splice(0, arrived)) this.#bytes -= text.length
    this.#confirmed = events
    this.#isAsking = false
    this.#ask()
  }
}
