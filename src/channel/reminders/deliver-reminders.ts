import {EssenceError, messageOf} from '../../kit/errors.ts'
import {retry} from '../../kit/flow/retry.ts'
import type {Log} from '../../service/log.ts'
import type {DueReminder, Reminders} from '../../tools/port.ts'
import {type Clock, pauseMs, systemClock} from '../clock.ts'

export interface ReminderOptions {
  /** Looked up anew each time: engines are replaced while a channel runs. Nothing where none are kept. */
  reminders: () => Pick<Reminders, 'due' | 'delivered'> | undefined
  channel: string
  /**
   * Resolves once the channel will bring it to the person, whatever happens to this process. The same one may come again after a
   * restart: the channel knows it by its id.
   */
  deliver: (reminder: DueReminder, signal: AbortSignal) => Promise<void>
  signal: AbortSignal
  log: Log
  clock?: Clock | undefined
}

/** ms after which a watch that ends is a new failure. */
const lastedMs = 60_000

/**
 * Hands each reminder of a channel that becomes due to it, and reports it as delivered once the channel has taken it over; each
 * tried again while it fails, and the watch begun again while the service that keeps them is away. Those that one person waits for
 * do not hold up others. Resolves when the signal has aborted and nothing is in hand; never rejects.
 */
export const deliverReminders = async (options: ReminderOptions): Promise<void> => {
  const {reminders, channel, deliver, signal, log, clock = systemClock} = options
  const inHand = new Map<string, Promise<void>>()

  const untilDone = (what: string, work: () => Promise<void>): Promise<void> =>
    retry(work, {
      signal,
      retryable: () => true,
      pause: pauseMs,
      wait: (ms, signal) => clock.wait(ms, signal),
      onRetry: ({error}) => log.warn({channel, why: messageOf(error)}, what),
    })

  const take = async (reminder: DueReminder): Promise<void> => {
    await untilDone('a reminder was not delivered; trying again', () => deliver(reminder, signal))
    await untilDone('a reminder that was delivered is not noted as such; trying again', async () => {
      const kept = reminders()
      if (!kept) throw new EssenceError('STORE_UNAVAILABLE', 'Reminders are not kept at the moment.')
      await kept.delivered(reminder.id)
    })
    log.info({channel, id: reminder.id}, 'a reminder was delivered')
  }

  for (let failures = 0; !signal.aborted; ) {
    const began = clock.now()
    try {
      for await (const reminder of reminders()?.due(channel, signal) ?? []) {
        // A watch that began anew brings again what is in hand.
        if (inHand.has(reminder.id)) continue
        const taken = take(reminder)
          // Only by the end of the service: it comes again after the next start.
          .catch(() => {})
          .finally(() => inHand.delete(reminder.id))
        inHand.set(reminder.id, taken)
      }
    } catch (error) {
      if (!signal.aborted) log.warn({channel, why: messageOf(error)}, 'reminders are not watched; trying again')
    }
    // One that lasted did not fail in a row.
    failures = clock.now() - began > lastedMs ? 1 : failures + 1
    await clock.wait(pauseMs(failures), signal)
  }
  await Promise.all(inHand.values())
}
