/** A name is a few words; what is longer is no name. */
const [words, letters] = [3, 32]

/**
 * What somebody calls themselves, as it may stand in a prompt: anybody may call themselves anything, so nothing is left of it that is more
 * than a name. Of `Ada (@ada)` it is `Ada`.
 * @returns undefined where nothing is left
 */
export const personName = (shown: string): string | undefined => {
  const called = shown
    .normalize('NFC')
    .slice(0, 200)
    .replace(/(?<=\S)\s+\(@[^()]*\)\s*$/u, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}.'’-]+/gu, ' ')
    .trim()
    .split(' ')
    .slice(0, words)
    .join(' ')
  const name = Array.from(called).slice(0, letters).join('').trim()
  return /\p{L}/u.test(name) ? name : undefined
}
