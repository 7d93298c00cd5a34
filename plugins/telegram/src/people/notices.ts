import {deliverPairings, type PairingOptions} from '@essence/core/channel/deliver-pairings'
import {deliverReminders, type ReminderOptions} from '@essence/core/channel/reminders/deliver-reminders'
import type {Pending} from '../incoming.ts'
import {pendingReminder} from '../reminder.ts'
import {askedOwner, letIn} from './pairing.ts'

export interface NoticeOptions
  extends Pick<PairingOptions, 'access' | 'channel' | 'via' | 'signal' | 'log'>,
    Pick<ReminderOptions, 'reminders'> {
  /** Takes over what is to be told. */
  accept: (pending: readonly Pending[]) => Promise<void>
}

/** Has told what the bot tells by itself: reminders, who asks to be let in, and that one was. Resolves when the signal has aborted; never rejects. */
export const deliverNotices = async ({accept, reminders, ...options}: NoticeOptions): Promise<void> => {
  const {channel, signal, log} = options
  const reminding = deliverReminders({
    reminders,
    channel,
    async deliver(reminder) {
      const pending = pendingReminder(reminder)
      if (pending) await accept([pending])
      else log.error({session: reminder.session}, 'a reminder is for no chat of this bot; it is dropped')
    },
    signal,
    log,
  })
  const pairing = deliverPairings({
    ...options,
    ask: (owner, pairing) => accept([askedOwner(owner, pairing)]),
    letIn: pairing => accept([letIn(pairing)]),
  })
  await Promise.all([reminding, pairing])
}
