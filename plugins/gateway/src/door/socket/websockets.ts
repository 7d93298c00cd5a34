import websocket from '@fastify/websocket'
import type {FastifyInstance} from 'fastify'
import type {GatewayContext} from '../context.ts'
import {chosenProtocol} from './protocols.ts'

/** Paths that are WebSockets. */
export const upgradePaths = /^(?:\/ws\/[\w-]{1,64}|\/v1\/realtime)(?:\?|$)/

/** ms that a client has to answer a close. */
const closeTimeout = 5000

/** Makes routes WebSockets. To be added before them. */
export const addWebSockets = async (
  http: FastifyInstance,
  {sockets, record, maxAudioBytes}: Pick<GatewayContext, 'sockets' | 'record' | 'maxAudioBytes'>,
): Promise<void> => {
  record.health.addDoor({close: deadline => sockets.drain(deadline)})
  record.metrics.watch('june_ws_connections', 'Open WebSockets', () => sockets.count)
  const options = {
    // Base64 takes a third more.
    maxPayload: Math.ceil(maxAudioBytes * 1.4),
    // Takes hundreds of kilobytes for each connection, and gains little on sound.
    perMessageDeflate: false,
    // Pongs are sent as everything is: as fast as they are read.
    autoPong: false,
    clientTracking: false,
    closeTimeout,
    handleProtocols: chosenProtocol,
  }
  await http.register(websocket, {
    options,
    preClose: done => {
      sockets.end()
      done()
    },
    // What is wrong with a frame of the protocol has its close frame on the way already.
    errorHandler: (_error, socket) => {
      if (socket.readyState === socket.OPEN) socket.terminate()
    },
  })
}
