// Sizes and times as people read them, in the language of the page.

const inUnit = (language: string, unit: string, value: number, digits = 0, unitDisplay: 'short' | 'long' = 'short') =>
  new Intl.NumberFormat(language, {
    ...{style: 'unit', unit, unitDisplay},
    ...{minimumFractionDigits: digits, maximumFractionDigits: digits},
  }).format(value)

/** `1.0 GB`, `430 MB`, `12 kB` */
export const sizeIn = (language: string, bytes: number): string => {
  if (bytes >= 1e9) return inUnit(language, 'gigabyte', bytes / 1e9, 1)
  if (bytes >= 1e6) return inUnit(language, 'megabyte', Math.round(bytes / 1e6))
  return inUnit(language, 'kilobyte', Math.max(1, Math.round(bytes / 1e3)))
}

/** `40 seconds`, `2 minutes` */
export const durationIn = (language: string, seconds: number): string =>
  seconds < 60
    ? inUnit(language, 'second', Math.ceil(seconds), 0, 'long')
    : inUnit(language, 'minute', Math.round(seconds / 60), 0, 'long')

/** `May 1, 2026` */
export const dateIn = (language: string, date: string): string =>
  new Intl.DateTimeFormat(language, {dateStyle: 'medium'}).format(new Date(date))

/** `May 1, 2026, 10:00 AM` */
export const momentIn = (language: string, date: string): string =>
  new Intl.DateTimeFormat(language, {dateStyle: 'medium', timeStyle: 'short'}).format(new Date(date))
