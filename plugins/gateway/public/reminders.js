// Reminders as they become due: shown once, however often they come.

import {linesOf} from './lines.js'
import {ask} from './sign-in/ask.js'

/** Ids of reminders that were shown, also by other tabs, newest last. */
const key = 'reminders'
/** More than can be on their way. */
const kept = 100

/** ms before a stream that broke, or was refused, is opened again. */
const againMs = 3000

/** @returns {string[]} */
const shownBefore = () => JSON.parse(localStorage.getItem(key) ?? '[]')

/**
 * @typedef {{id: string, text: string, audio?: string}} Reminder
 */

/** June keeps it until she is told; where she cannot be, it comes again and is known. @param {string} id */
const taken = id => ask(`/api/reminders/${encodeURIComponent(id)}`, {method: 'DELETE'}).catch(() => {})

/**
 * Those of a stream of server-sent events, which an EventSource could not ask for: it sends no token.
 * @param {string} session
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Reminder>}
 */
async function* dueIn(session, signal) {
  const {ok, body} = await ask(`/api/reminders?session=${session}`, {signal})
  if (!ok || !body) return
  for await (const line of linesOf(body)) if (line.startsWith('data: ')) yield JSON.parse(line.slice(6))
}

/**
 * Watches as long as the page is open.
 * @param {(reminder: Reminder) => void} show
 * @returns {(session: string) => void} watches for this conversation from now on
 */
export const watchReminders = show => {
  let stop = new AbortController()

  /** @param {string} session @param {AbortSignal} signal */
  const watch = async (session, signal) => {
    for await (const reminder of dueIn(session, signal)) {
      const before = shownBefore()
      if (!before.includes(reminder.id)) {
        localStorage.setItem(key, JSON.stringify([...before, reminder.id].slice(-kept)))
        show(reminder)
      }
      void taken(reminder.id)
    }
  }
  /** @param {string} session @param {AbortSignal} signal */
  const keepWatching = async (session, signal) => {
    while (!signal.aborted) {
      await watch(session, signal).catch(() => {})
      await new Promise(resolve => setTimeout(resolve, againMs))
    }
  }
  return session => {
    stop.abort()
    stop = new AbortController()
    void keepWatching(session, stop.signal)
  }
}
