// Reminders as they become due: shown once, however often they come.

/** Ids of reminders that were shown, also by other tabs, newest last. */
const key = 'reminders'
/** More than can be on their way. */
const kept = 100

/** ms before a stream that a server refused is opened again; one that broke is opened again by the browser. */
const againMs = 3000

/** @returns {string[]} */
const shownBefore = () => JSON.parse(localStorage.getItem(key) ?? '[]')

/**
 * @typedef {{id: string, text: string, audio?: string}} Reminder
 */

/** June keeps it until she is told; where she cannot be, it comes again and is known. @param {string} id */
const taken = id => fetch(`/api/reminders/${encodeURIComponent(id)}`, {method: 'DELETE'}).catch(() => {})

/**
 * Watches as long as the page is open.
 * @param {(reminder: Reminder) => void} show
 * @returns {(session: string) => void} watches for this conversation from now on
 */
export const watchReminders = show => {
  /** @type {EventSource | undefined} */
  let source
  let again = 0

  /** @param {string} session */
  const watch = session => {
    clearTimeout(again)
    source?.close()
    const opened = new EventSource(`/api/reminders?session=${session}`)
    source = opened
    opened.addEventListener('reminder', ({data}) => {
      /** @type {Reminder} */
      const reminder = JSON.parse(data)
      const before = shownBefore()
      if (!before.includes(reminder.id)) {
        localStorage.setItem(key, JSON.stringify([...before, reminder.id].slice(-kept)))
        show(reminder)
      }
      void taken(reminder.id)
    })
    opened.addEventListener('error', () => {
      if (opened.readyState === EventSource.CLOSED && source === opened)
        again = setTimeout(() => watch(session), againMs)
    })
  }
  return watch
}
