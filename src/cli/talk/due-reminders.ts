import type {Mind} from '../../assistant/port.ts'

export interface DueRemindersOptions {
  /** Shows one. */
  show: (text: string) => void
  /** Told once, when no more can come. */
  onProblem: (error: unknown) => void
}

/** Shows the reminders of this channel as they become due, never in the middle of an answer; one that is not shown comes again. */
export const dueReminders = (
  reminders: Pick<Mind['reminders'], 'due' | 'delivered'>,
  channel: string,
  {show, onProblem}: DueRemindersOptions,
) => {
  const leaving = new AbortController()
  let answering: {promise: Promise<void>; resolve: () => void} | undefined
  const watch = async (): Promise<void> => {
    for await (const {id, text} of reminders.due(channel, leaving.signal)) {
      while (answering) await answering.promise
      if (leaving.signal.aborted) return
      show(text)
      await reminders.delivered(id)
    }
  }
  const watching = watch().catch(error => {
    if (!leaving.signal.aborted) onProblem(error)
  })
  const resume = (): void => {
    answering?.resolve()
    answering = undefined
  }
  return {
    /** An answer begins. */
    hold(): void {
      answering ??= Promise.withResolvers<void>()
    },
    /** It has ended. */
    resume,
    async close(): Promise<void> {
      leaving.abort()
      resume()
      await watching
    },
  }
}
