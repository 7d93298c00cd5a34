/** Words by the name of the place they may stand in; they may hold places themselves. */
export type Lists = Readonly<Record<string, readonly string[]>>

/**
 * Writes a phrase: each place of a template, `{name}`, becomes a word of that list, twice the same never.
 * @param random 0 to below 1
 * @throws Error for a list that is not there or too short for the template: a fault of the lists
 */
export const writePhrase = (template: string, lists: Lists, random: () => number): string => {
  const used = new Set<string>()
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_, place: string) => {
      const free = (lists[place] ?? []).filter(word => !used.has(word))
      const word = free[Math.floor(random() * free.length)]
      if (word === undefined) throw new Error(`no word is left for {${place}} of "${template}"`)
      used.add(word)
      return fill(word)
    })
  const phrase = fill(template)
  return phrase.charAt(0).toUpperCase() + phrase.slice(1)
}
