import type {Caller} from '@essence/core/access/port'
import {busyError, EssenceError} from '@essence/core/kit/errors'
import type {WebSocket} from '@fastify/websocket'

/** Connections of one person at once. The person at this machine may have any number. */
const maxPerPerson = 32
/** Connections of which nobody has said yet who it is. */
const maxUnknown = 128
/** ms between two questions whether the other side is still there. */
const heartbeatMs = 30_000

export interface OpenSocket {
  socket: WebSocket
  /** Undefined as long as it is not said. */
  caller: () => Caller | undefined
  /** Resolves when what it was asked is answered, or the deadline has aborted. */
  idle: (deadline: AbortSignal) => Promise<unknown>
}

/** All open WebSockets: bounded, asked whether they live, and ended when the service stops. */
export class Sockets {
  readonly #open = new Set<OpenSocket>()
  readonly #silent = new WeakSet<WebSocket>()
  readonly #heartbeat: NodeJS.Timeout
  #draining = false

  constructor(everyMs = heartbeatMs) {
    this.#heartbeat = setInterval(() => this.#beat(), everyMs).unref()
  }

  get count(): number {
    return this.#open.size
  }

  get isDraining(): boolean {
    return this.#draining
  }

  /** @param caller undefined: not known yet @throws ENGINE_BUSY */
  assertRoom(caller: Caller | undefined): void {
    if (this.#draining) throw new EssenceError('ENGINE_BUSY', 'June is about to stop.')
    if (caller?.via === 'local') return
    const same = [...this.#open].filter(open => open.caller()?.userId === caller?.userId).length
    const limit = caller ? maxPerPerson : maxUnknown
    if (same >= limit) throw busyError(caller ? 'A person' : 'The door for those who are not known yet', limit)
  }

  add(open: OpenSocket): void {
    const {socket} = open
    this.#open.add(open)
    const lives = (): void => void this.#silent.delete(socket)
    socket.on('pong', lives).on('message', lives).on('ping', lives)
    socket.once('close', () => this.#open.delete(open))
  }

  /** What was begun is answered; then each is told to come again elsewhere. */
  async drain(deadline: AbortSignal): Promise<void> {
    this.#draining = true
    await Promise.all(
      [...this.#open].map(async ({socket, idle}) => {
        await idle(deadline)
        socket.close(1001, 'June is stopping.')
      }),
    )
  }

  end(): void {
    clearInterval(this.#heartbeat)
    for (const {socket} of this.#open) socket.terminate()
  }

  #beat(): void {
    for (const {socket} of this.#open) {
      // One that is being sent to has its own time-out; from one that is paused nothing is heard.
      if (socket.bufferedAmount > 0 || socket.isPaused) continue
      if (this.#silent.has(socket)) socket.terminate()
      else {
        this.#silent.add(socket)
        socket.ping()
      }
    }
  }
}
