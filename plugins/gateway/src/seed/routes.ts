import type {AddRoutes} from '../door/context.ts'
import {takeForms} from '../door/forms.ts'
import {AudioBudget} from './audio-budget.ts'
import {addAuthRoutes} from './auth-routes.ts'
import {addChatRoute} from './chat-route.ts'
import {tellFailures} from './failures.ts'
import {addServiceRoutes} from './service-routes.ts'
import {addSocketRoute} from './socket/socket-route.ts'
import {addStatusOf} from './status-route.ts'

/** The REST and WebSocket interface of the seed. */
export const addSeedRoutes =
  ({openTokens}: {openTokens: boolean}): AddRoutes =>
  async (http, context) => {
    const budget = new AudioBudget()
    const kinds: AddRoutes[] = [
      addStatusOf(() => context.sockets.count),
      addAuthRoutes(openTokens),
      addChatRoute,
      addServiceRoutes(budget),
      addSocketRoute({budget}),
    ]
    // By themselves: nothing else is to fail in their words.
    await http.register(async seed => {
      tellFailures(seed, context.record.log)
      await takeForms(seed)
      for (const add of kinds) await add(seed, context)
    })
  }
