import {EssenceError} from '../../kit/errors.ts'

/** A date and a time of day as a clock on the wall shows it; months from 1. */
export interface WallTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
}

/** The machine's own time zone. */
export const machineTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** @throws USAGE (no such time zone) */
export const checkTimeZone = (zone: string): string => {
  try {
    return new Intl.DateTimeFormat('en', {timeZone: zone}).resolvedOptions().timeZone
  } catch {
    throw new EssenceError('USAGE', `There is no time zone named ${zone.slice(0, 60)}.`, {
      suggestions: ['Use a name of the IANA database, such as Europe/Berlin or America/New_York.'],
    })
  }
}

const wallTimeIn = (zone: string, at: Date): WallTime => {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const parts = Object.fromEntries(format.formatToParts(at).map(({type, value}) => [type, Number(value)]))
  return parts as unknown as WallTime
}

const asUtc = ({year, month, day, hour, minute, second}: WallTime): number =>
  Date.UTC(year, month - 1, day, hour, minute, second)

/** Minutes that the clocks of a zone are ahead of UTC at a moment. */
export const offsetMinutes = (zone: string, at: Date): number =>
  Math.round((asUtc(wallTimeIn(zone, at)) - Math.floor(at.getTime() / 1000) * 1000) / 60_000)

/** The moment at which clocks of a zone show this; where they skip it (in spring), an hour later. */
export const momentOf = (zone: string, wall: WallTime): Date => {
  const utc = asUtc(wall)
  // The offset at the moment itself is not known yet; the one of a day before and after are, and one of them is it.
  const candidates = [-1, 1].map(days => utc - offsetMinutes(zone, new Date(utc + days * 86_400_000)) * 60_000)
  const exact = candidates.find(candidate => asUtc(wallTimeIn(zone, new Date(candidate))) === utc)
  return new Date(exact ?? Math.max(...candidates))
}

/** `Sunday, 29 November 2026 at 09:38`, in a language. */
export const spelledTime = (zone: string, at: Date, language = 'en'): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    timeZone: zone,
    dateStyle: 'full',
    timeStyle: 'short',
  }).format(at)
