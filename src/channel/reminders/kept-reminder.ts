import * as z from 'zod'
import type {DueReminder} from '../../tools/port.ts'
import type {CommandContext} from '../commands/command-context.ts'
import {reminderText} from './reminder-text.ts'

/** What a channel keeps of a reminder that it took over, until it is told. */
export const keptReminder = z.object({
  kind: z.literal('reminder'),
  id: z.string(),
  text: z.string(),
  language: z.string().optional(),
  /** ms since the epoch. */
  dueAt: z.number(),
})

export const keptOf = ({id, text, language, dueAt}: DueReminder): z.infer<typeof keptReminder> => ({
  ...{kind: 'reminder', id, text, language, dueAt: dueAt.getTime()},
})

/** What a reminder says now. */
export const saidOf = (
  {content}: {content: z.infer<typeof keptReminder>},
  {now, timeZone}: Pick<CommandContext, 'now' | 'timeZone'>,
): string => reminderText({...content, dueAt: new Date(content.dueAt)}, now(), timeZone)
