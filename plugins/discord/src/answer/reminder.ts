import type {CommandContext} from '@essence/core/channel/commands/command-context'
import {keptOf, saidOf} from '@essence/core/channel/reminders/kept-reminder'
import {spokenReminder} from '@essence/core/channel/reminders/spoken-reminder'
import type {Log} from '@essence/core/service/log'
import type {DueReminder} from '@essence/core/tools/port'
import type {PendingReminder} from '../incoming/incoming.ts'
import {type Part, textParts} from '../outgoing/parts.ts'
import {choicesOf, placeOf} from './command-context.ts'
import {encodeVoiceMessage} from './voice-message.ts'

/** A reminder as it is kept until it is told. @returns undefined where its session is none of this bot's */
export const pendingReminder = (reminder: DueReminder): PendingReminder | undefined => {
  const place = placeOf(reminder.session)
  return place && {...place, content: keptOf(reminder)}
}

/** The reminder as a voice message, with its text behind it; where it cannot be spoken, as text. @throws CANCELLED */
export const reminderParts = async (
  reminder: PendingReminder,
  context: CommandContext,
  log: Log,
  signal: AbortSignal,
): Promise<Part[]> => {
  const text = saidOf(reminder, context)
  const {language} = reminder.content
  const {voice} = await choicesOf(reminder.userId, context)
  const spoken = await spokenReminder(text, speech => encodeVoiceMessage(speech, signal), {
    ...{tts: context.engines.tts, language, voice, signal, log},
  })
  return [...(spoken ? [{kind: 'voice', ...spoken} as const] : []), ...textParts(text)]
}
