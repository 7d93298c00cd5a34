import websocket from '@fastify/websocket'
import {callerAs} from '../../door/callers.ts'
import type {AddRoutes} from '../../door/context.ts'
import type {AudioBudget} from '../audio-budget.ts'
import {serveSocket} from './session.ts'
import type {Sockets} from './sockets.ts'

/** Paths that are WebSockets. */
export const upgradePaths = /^\/ws\/[\w-]{1,64}(?:\?|$)/

/** ms that a client has to answer a close. */
const closeTimeout = 5000

/**
 * `WS /ws/<user>`: a conversation in frames of JSON. A token comes with the request, in its query, or in the first frame; it is of that
 * user. The caller at this machine may be any.
 */
export const addSocketRoute =
  ({sockets, budget}: {sockets: Sockets; budget: AudioBudget}): AddRoutes =>
  async (http, context) => {
    context.record.health.addDoor({close: deadline => sockets.drain(deadline)})
    context.record.metrics.watch('june_ws_connections', 'Open WebSockets', () => sockets.count)
    const options = {
      // Base64 takes a third more.
      maxPayload: Math.ceil(context.maxAudioBytes * 1.4),
      // Takes hundreds of kilobytes for each connection, and gains little on sound.
      perMessageDeflate: false,
      // Pongs are sent as everything is: as fast as they are read.
      autoPong: false,
      clientTracking: false,
      closeTimeout,
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
    http.get<{Params: {userId: string}}>(
      '/ws/:userId',
      {
        websocket: true,
        config: {access: 'open'},
        preHandler: async request => {
          const isKnown = request.caller.userId !== ''
          if (isKnown) request.caller = callerAs(request.caller, request.params.userId)
          sockets.assertRoom(isKnown ? request.caller : undefined)
        },
      },
      (socket, request) => serveSocket(socket, request, {userId: request.params.userId, context, sockets, budget}),
    )
  }
