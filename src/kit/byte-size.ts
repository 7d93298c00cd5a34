/** `1.4 GB`, `52 MB`, `3 kB`: bytes for people, in powers of 1000 as hubs and disks count. */
export const readableBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(value < 9.95 && unit > 1 ? 1 : 0)} ${units[unit]}`
}

/** `48 s`, `3:07 min`, `1:20 h`. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const [unit, divisor] = whole < 3600 ? (['min', 60] as const) : (['h', 3600] as const)
  const rest = Math.floor((whole % divisor) / (divisor / 60))
  return `${Math.floor(whole / divisor)}:${String(rest).padStart(2, '0')} ${unit}`
}
