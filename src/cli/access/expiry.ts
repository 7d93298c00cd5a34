import {EssenceError} from '../../kit/errors.ts'

const dayMs = 24 * 60 * 60_000
const units: Record<string, number> = {h: dayMs / 24, d: dayMs, w: 7 * dayMs, y: 365 * dayMs}
const longestMs = 100 * 365 * dayMs

/** When something ends that a person gave as `90d`: hours, days, weeks, years. @throws USAGE, naming the flag */
export const expiryOf = (flag: string, text: string, now: Date): Date => {
  const [, count, unit = ''] = /^(\d{1,6})([hdwy])$/.exec(text.trim()) ?? []
  const ms = Number(count) * (units[unit] ?? Number.NaN)
  if (ms > 0 && ms <= longestMs) return new Date(now.getTime() + ms)
  throw new EssenceError('USAGE', `${flag} is "${text}"; expected a time as 12h, 90d, 4w or 1y.`)
}
