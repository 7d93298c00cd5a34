import type {DueReminder} from '../../tools/port.ts'
import {wordsIn} from '../words/words.ts'

/** ms after which a reminder is late, and says when it was due. */
const lateMs = 60_000

/**
 * What a reminder says; one that comes late, as after a night without the service, also when it was due, in the person's language or
 * else in English.
 * @param now ms since the epoch
 * @param timeZone IANA name. Default: the machine's.
 */
export const reminderText = (
  {text, language, dueAt}: Pick<DueReminder, 'text' | 'language' | 'dueAt'>,
  now: number,
  timeZone?: string | undefined,
): string => {
  if (now - dueAt.getTime() < lateMs) return text
  const words = wordsIn(language)
  const day = new Intl.DateTimeFormat('en', {dateStyle: 'short', timeZone})
  const sameDay = day.format(dueAt) === day.format(now)
  const when = new Intl.DateTimeFormat(words.language, {
    ...(sameDay ? {} : {day: 'numeric', month: 'long'}),
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  }).format(dueAt)
  return `${words('reminderLate', {when})} ${text}`
}
