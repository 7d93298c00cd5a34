import type {Pairing} from '@essence/core/access/channel/port'
import {deliverPairings, type PairingOptions} from '@essence/core/channel/deliver-pairings'
import {deliverReminders, type ReminderOptions} from '@essence/core/channel/reminders/deliver-reminders'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import {pendingReminder} from '../answer/reminder.ts'
import type {DiscordApi} from '../client/discord-api.ts'
import type {Pending} from '../incoming/incoming.ts'
import {pendingPairing} from './pairing.ts'

export interface NoticeOptions
  extends Pick<PairingOptions, 'access' | 'channel' | 'via' | 'signal' | 'log' | 'clock'>,
    Pick<ReminderOptions, 'reminders'> {
  api: Pick<DiscordApi, 'openDirect'>
  /** Takes over what is to be told. */
  accept: (pending: readonly Pending[]) => Promise<void>
}

/** Has told what the bot tells by itself: reminders, who asks to be let in, and that one was. Resolves when the signal has aborted; never rejects. */
export const deliverNotices = async ({api, accept, reminders, ...options}: NoticeOptions): Promise<void> => {
  const {channel, signal, log} = options

  const tell = async (kind: 'asks' | 'let-in', userId: string, pairing: Pairing): Promise<void> => {
    try {
      const channelId = await api.openDirect(userId, signal)
      await accept([pendingPairing(kind, {userId, channelId}, pairing)])
    } catch (error) {
      // One whom Discord does not let the bot write to does not hold up others.
      if (!isEssenceError(error) || error.code !== 'REMOTE_REFUSED') throw error
      log.error({userId, why: messageOf(error)}, 'somebody is not told of a pairing')
    }
  }

  const reminding = deliverReminders({
    ...{reminders, channel, signal, log},
    async deliver(reminder) {
      const pending = pendingReminder(reminder)
      if (pending) await accept([pending])
      else log.error({session: reminder.session}, 'a reminder is for no channel of this bot; it is dropped')
    },
  })
  const pairing = deliverPairings({
    ...options,
    ask: (owner, pairing) => tell('asks', owner, pairing),
    letIn: pairing => tell('let-in', pairing.id, pairing),
  })
  await Promise.all([reminding, pairing])
}
