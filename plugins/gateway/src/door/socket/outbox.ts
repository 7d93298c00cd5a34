import type {Socket} from 'node:net'
import type {WebSocket} from '@fastify/websocket'

/** Of RFC 6455 and its registry; 4000 and above are ours. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  failed: 1011,
  tryAgainLater: 1013,
  unauthenticated: 4401,
  notAllowed: 4403,
  takenOver: 4409,
} as const

/**
 * Sends to a client as fast as it reads: resolves once a message has left, also where the client is gone. One that takes nothing for
 * `stallMs` is dropped.
 */
export const openOutbox = (socket: WebSocket, connection: Socket, stallMs: number) => {
  // Node.js puts the time-out off while the other side still takes something.
  connection.setTimeout(stallMs)
  connection.on('timeout', () => {
    if (socket.bufferedAmount > 0) socket.close(closeCodes.tryAgainLater, 'What was sent is not read.')
  })
  return {
    send: (message: object): Promise<void> =>
      new Promise(resolve => socket.send(JSON.stringify(message), () => resolve())),
    pong: (bytes: Buffer): Promise<void> => new Promise(resolve => socket.pong(bytes, false, () => resolve())),
  }
}
