/** Words of 0 to 99. @param units the words of 0 to 19 @param tens those of 20, 30 … 90 @param join of a ten and a unit */
export const numberWords = (
  units: string,
  tens: string,
  join: (ten: string, unit: string, value: number) => string[],
  others: Record<string, number> = {},
): Map<string, number> => {
  const small = units.split(' ')
  const words = new Map(small.map((word, value) => [word, value]))
  for (const [index, ten] of tens.split(' ').entries()) {
    const value = 20 + index * 10
    words.set(ten, value)
    for (const [unit, name] of small.slice(0, 10).entries())
      if (unit > 0) for (const word of join(ten, name, value + unit)) words.set(word, value + unit)
  }
  for (const [word, value] of Object.entries(others)) words.set(word, value)
  return words
}
