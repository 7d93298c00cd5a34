import type {Server as HttpServer, IncomingMessage, ServerResponse} from 'node:http'
import {Server as NetServer, type Socket} from 'node:net'

/**
 * The open connections of an HTTP server, and how they end without a request being lost: no new ones are accepted; those
 * open are answered further, each time with `Connection: close`, so that a client that asks again does so elsewhere; those on
 * which nothing is asked for a while are closed.
 */
export class Connections {
  readonly #server: HttpServer
  /** Open ones, with the number of requests being answered. */
  readonly #open = new Map<Socket, number>()
  readonly #answers = new Set<ServerResponse>()
  /** Further listeners that bring connections to the server. */
  readonly #doors: NetServer[] = []
  #ending = false

  constructor(server: HttpServer) {
    this.#server = server
    server.prependListener('connection', (socket: Socket) => {
      this.#open.set(socket, 0)
      socket.once('close', () => this.#open.delete(socket))
    })
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#began(request.socket, response)
    })
  }

  /** Accepts on an inherited descriptor, beside what the server listens on itself. */
  async acceptOn(fd: number): Promise<void> {
    const door = new NetServer(socket => this.#server.emit('connection', socket))
    this.#doors.push(door)
    await new Promise<void>((resolve, reject) => door.once('error', reject).listen({fd}, resolve))
  }

  /** Whether a whole request of this connection is being answered, or an answer has begun. */
  isAnswering(socket: Socket): boolean {
    return [...this.#answers].some(({req, headersSent}) => req.socket === socket && (headersSent || req.complete))
  }

  /** Of another protocol from now on: whoever speaks that ends it. */
  handOver(socket: Socket): void {
    if (this.#open.has(socket)) this.#open.set(socket, 1)
  }

  /** From now on every answer closes its connection. */
  answerLast(): void {
    this.#ending = true
    for (const response of this.#answers) closeAfter(response)
  }

  /**
   * Accepts no more, and resolves when every connection has ended, or the deadline has aborted.
   * @param lingerMs ms for clients to ask on a connection they had kept open
   */
  async end(lingerMs: number, deadline: AbortSignal): Promise<void> {
    this.answerLast()
    for (const door of this.#doors) door.close()
    const {promise: late, resolve} = Promise.withResolvers<void>()
    deadline.addEventListener('abort', () => resolve(), {once: true})
    if (deadline.aborted) resolve()
    // Not `server.close()` of HTTP, which also closes idle connections at once: a request may be on its way on them.
    const ended = new Promise<void>(done => NetServer.prototype.close.call(this.#server, () => done()))
    const timer = setTimeout(() => {
      for (const [socket, requests] of this.#open) if (requests === 0) socket.destroy()
    }, lingerMs)
    await Promise.race([ended, late])
    clearTimeout(timer)
  }

  #began(socket: Socket, response: ServerResponse): void {
    this.#open.set(socket, (this.#open.get(socket) ?? 0) + 1)
    this.#answers.add(response)
    if (this.#ending) closeAfter(response)
    response.once('close', () => {
      this.#answers.delete(response)
      const left = (this.#open.get(socket) ?? 1) - 1
      if (!socket.destroyed) this.#open.set(socket, left)
    })
  }
}

const closeAfter = (response: ServerResponse): void => {
  if (!response.headersSent) response.setHeader('connection', 'close')
}
