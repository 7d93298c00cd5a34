import type {Update} from 'grammy/types'
import {Refusal} from './refusal.ts'
import type {StandInState} from './state.ts'

/** What getUpdates knows: updates wait until an offset above their id acknowledges them, and one call at a time may wait for more. */
export const updateQueue = (state: StandInState) => {
  let newestId = 0
  /** Kinds that were asked for; what is not said stays as it was. */
  let allowed: readonly string[] = []
  let poll: {end(refusal?: Refusal): void} | undefined

  return {
    push(update: Update): void {
      newestId = update.update_id
      const kind = Object.keys(update).find(key => key !== 'update_id') ?? ''
      if (allowed.length > 0 && !allowed.includes(kind)) return
      state.updates.push(update)
      poll?.end()
    },
    /** Ends the call that waits. */
    end: (): void => poll?.end(),
    /** @param closed resolves when whoever asked has gone */
    getUpdates(args: Record<string, unknown>, closed: Promise<unknown>): Promise<Update[]> | Update[] {
      if (state.webhookUrl) {
        throw new Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
      }
      poll?.end(
        new Refusal(
          409,
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
        ),
      )
      allowed = (args['allowed_updates'] as readonly string[] | undefined) ?? allowed
      const offset = Number(args['offset'] ?? 0)
      const limit = Math.min(100, Math.max(1, Number(args['limit'] ?? 100)))
      // An offset far behind the newest id is taken for none: tdlib answers from the head of its queue then.
      if (offset > 0 && offset <= newestId + 11)
        state.updates = state.updates.filter(update => update.update_id >= offset)
      if (offset < 0) state.updates = state.updates.slice(offset)
      const timeout = Number(args['timeout'] ?? 0)
      if (state.updates.length || !timeout) return state.updates.slice(0, limit)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => mine.end(), timeout * 1000)
        const mine = {
          end: (refusal?: Refusal): void => {
            clearTimeout(timer)
            if (poll === mine) poll = undefined
            if (refusal) reject(refusal)
            else resolve(state.updates.slice(0, limit))
          },
        }
        poll = mine
        void closed.then(() => mine.end())
      })
    },
  }
}
