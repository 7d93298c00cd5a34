/** ms as seconds, in figures that can be compared: 0.25 s, 12 s. */
export const seconds = (ms: number, language: string): string =>
  new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'narrow',
    maximumFractionDigits: ms < 10_000 ? 2 : 0,
  }).format(ms / 1000)
