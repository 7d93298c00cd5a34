import type {ParsedResult, ParsingReference} from 'chrono-node'
import {EssenceError} from '../../kit/errors.ts'
import {loadOnce} from '../../kit/load-once.ts'
import {mainLanguage} from '../../text/language-tag.ts'
import {momentOf, offsetMinutes} from './zoned-time.ts'

const load = loadOnce(() => import('chrono-node'))
const languages = ['en', 'de', 'fr', 'es'] as const

/** Words after an hour of the clock that mean its second half, where the library leaves them unread. */
const secondHalf =
  /^\s*(?:uhr\s+)?(?:heures?\s+)?(?:abends|am abend|nachmittags|am nachmittag|du soir|de l['’]apr[eè]s-midi|de la tarde|de la noche|in the evening|in the afternoon)/i

/**
 * The moment that words mean ("tomorrow at 8"), as they are said in a language and a time zone. An hour that has passed today is that of
 * tomorrow.
 * @throws USAGE (no moment in them, or one that is over)
 */
export const momentIn = async (
  words: string,
  {language, timeZone, now}: {language?: string | undefined; timeZone: string; now: Date},
): Promise<Date> => {
  const chrono = await load()
  const own = language && mainLanguage(language)
  const reference = {instant: now, timezone: offsetMinutes(timeZone, now)} satisfies ParsingReference
  for (const one of [...languages].sort((a, b) => Number(b === own) - Number(a === own))) {
    const [result] = chrono[one].casual.parse(words, reference, {forwardDate: true})
    if (!result) continue
    const moment = momentOfResult(result, words, timeZone)
    if (moment > now) return moment
    throw wrong(words, 'That is over.')
  }
  throw wrong(words, 'No date or time was found in it.')
}

const momentOfResult = ({start, index, text}: ParsedResult, words: string, timeZone: string): Date => {
  // "In two hours" is that also in the night in which the clocks change.
  if (start.isCertain('timezoneOffset')) return start.date()
  const get = (part: Parameters<typeof start.get>[0]): number => start.get(part) ?? 0
  const hour = get('hour')
  const isLater = hour < 12 && !start.isCertain('meridiem') && secondHalf.test(words.slice(index + text.length))
  return momentOf(timeZone, {
    year: get('year'),
    month: get('month'),
    day: get('day'),
    hour: isLater ? hour + 12 : hour,
    minute: get('minute'),
    second: get('second'),
  })
}

const wrong = (words: string, why: string): EssenceError =>
  new EssenceError('USAGE', `"${words.slice(0, 100)}" is no time to come. ${why}`, {
    suggestions: ['Say it as "tomorrow at 8", "in 20 minutes" or 2030-12-31T08:00.'],
  })
