import {callerAs} from '../../door/callers.ts'
import type {AddRoutes} from '../../door/context.ts'
import type {AudioBudget} from '../audio-budget.ts'
import {serveSocket} from './session.ts'

/**
 * `WS /ws/<user>`: a conversation in frames of JSON. A token comes with the request, in its query, or in the first frame; it is of that
 * user. The caller at this machine may be any.
 */
export const addSocketRoute =
  ({budget}: {budget: AudioBudget}): AddRoutes =>
  (http, context) => {
    const {sockets} = context
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
      (socket, request) => serveSocket(socket, request, {userId: request.params.userId, context, budget}),
    )
  }
