import {EssenceError} from '@essence/core/kit/errors'
import type {DueReminder} from '@essence/core/tools/port'

/** A page that is open. */
export interface OpenPage {
  /** Whose it is: nobody else's reminders come to it. */
  speaker: string
  session: string
  send(event: object): void | Promise<void>
  /** Called when the desk closes. */
  end(): void
}

interface Waiting {
  reminder: DueReminder
  /** The page it was given to, as long as that is open. */
  page: OpenPage | undefined
  taken: () => void
}

/**
 * Brings reminders to pages: of their person: to one of the conversation they were asked for in, or else
 * to the one opened last. One waits until a page
 * has said that it shows it; where the page closes before, another gets it.
 * @param eventOf what a page is told; never rejects
 */
export const openReminderDesk = (eventOf: (reminder: DueReminder) => Promise<object>) => {
  const pages = new Set<OpenPage>()
  const waiting = new Map<string, Waiting>()

  const offer = async (one: Waiting): Promise<void> => {
    const open = [...pages].filter(({speaker}) => speaker === one.reminder.speaker)
    const page = open.findLast(({session}) => session === one.reminder.session) ?? open.at(-1)
    if (one.page || !page) return
    one.page = page
    const event = await eventOf(one.reminder)
    if (one.page === page && waiting.has(one.reminder.id)) await page.send(event)
  }

  return {
    /** Resolves once a page shows it. @throws CANCELLED */
    async deliver(reminder: DueReminder, signal: AbortSignal): Promise<void> {
      const {promise, resolve, reject} = Promise.withResolvers<void>()
      const stop = (): void => reject(new EssenceError('CANCELLED', 'The service stops.'))
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      const one = {reminder, page: undefined, taken: resolve}
      waiting.set(reminder.id, one)
      void offer(one)
      try {
        await promise
      } finally {
        waiting.delete(reminder.id)
        signal.removeEventListener('abort', stop)
      }
    },
    /** A page has shown it. */
    taken(id: string, speaker: string): void {
      const one = waiting.get(id)
      if (one?.reminder.speaker === speaker) one.taken()
    },
    /** A page is there. @returns to be called when it is not any more */
    open(page: OpenPage): () => void {
      pages.add(page)
      for (const one of waiting.values()) void offer(one)
      return () => {
        pages.delete(page)
        for (const one of waiting.values()) {
          if (one.page !== page) continue
          one.page = undefined
          void offer(one)
        }
      }
    },
    close(): void {
      for (const page of pages) page.end()
    },
  }
}

export type ReminderDesk = ReturnType<typeof openReminderDesk>
