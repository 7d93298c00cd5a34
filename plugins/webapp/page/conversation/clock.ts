// When something was said, as people of a language write it.
import {now} from '../server/now.ts'

/** One of each: they are slow to make. */
const kept = <T>(make: (locale: string | undefined) => T): ((locale: string | undefined) => T) => {
  const made = new Map<string | undefined, T>()
  return locale => {
    const there = made.get(locale) ?? make(locale)
    made.set(locale, there)
    return there
  }
}

/** Hours and minutes. @param locale undefined: as the browser is */
export const clockOf = kept(locale => new Intl.DateTimeFormat(locale, {hour: '2-digit', minute: '2-digit'}))

const dates = kept(
  locale => new Intl.DateTimeFormat(locale, {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric'}),
)
const days = kept(locale => new Intl.RelativeTimeFormat(locale, {numeric: 'auto'}))

export const isSameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString()

/** A day: today, yesterday, or its date. @param at ms since 1970 */
export const dayOf = (at: number, locale: string | undefined): string => {
  const yesterday = new Date(now())
  yesterday.setDate(yesterday.getDate() - 1)
  const text = isSameDay(at, now())
    ? days(locale).format(0, 'day')
    : isSameDay(at, yesterday.getTime())
      ? days(locale).format(-1, 'day')
      : dates(locale).format(at)
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}
