/** ms in figures that can be compared: 3 ms, 1.25 s, 12 s. */
export const duration = (ms: number, language: string): string =>
  ms < 1000 ? written(ms, 'millisecond', 0, language) : written(ms / 1000, 'second', ms < 10_000 ? 2 : 0, language)

const written = (value: number, unit: string, maximumFractionDigits: number, language: string): string =>
  new Intl.NumberFormat(language, {style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits}).format(value)
