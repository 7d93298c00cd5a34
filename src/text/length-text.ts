/** `1 hour, 10 minutes`, in a language. @param seconds of which parts below one are left out */
export const lengthText = (seconds: number, locale: string): string => {
  const whole = Math.max(1, Math.round(seconds))
  const parts = [
    [Math.floor(whole / 86_400), 'day'],
    [Math.floor(whole / 3600) % 24, 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ] as const
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => new Intl.NumberFormat(locale, {style: 'unit', unit, unitDisplay: 'long'}).format(amount))
    .join(', ')
}
