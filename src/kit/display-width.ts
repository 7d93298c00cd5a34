/** Takes two columns on a terminal: East Asian wide and full-width characters, and what is shown as an emoji. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u

/** Takes none: marks upon the letter before, joiners, controls. */
const unseen = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/** What a person sees as one character each. */
export const charactersOf = (text: string): string[] => Array.from(graphemes.segment(text), ({segment}) => segment)

const widthOf = (character: string): number => (unseen.test(character) ? 0 : wide.test(character) ? 2 : 1)

/**
 * Columns a text takes on a terminal, wide characters counted as two (after Unicode's East Asian Width; half-width kana,
 * which are rare, count as wide). Text without colour codes.
 */
export const displayWidth = (text: string): number =>
  // Most text is ASCII, and need not be taken apart.
  /^[\x20-\x7e]*$/.test(text) ? text.length : charactersOf(text).reduce((sum, each) => sum + widthOf(each), 0)

/** The text, padded with spaces to a number of columns. */
export const padColumns = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - displayWidth(text)))

/** The beginning of the text that fits into a number of columns, with `…` where something is left out. */
export const fitStart = (text: string, columns: number): string =>
  displayWidth(text) <= columns ? text : `${take(charactersOf(text), columns - 1)}…`

/** The end of the text that fits into a number of columns, with `…` where something is left out. */
export const fitEnd = (text: string, columns: number): string =>
  displayWidth(text) <= columns ? text : `…${take(charactersOf(text).toReversed(), columns - 1, true)}`

const take = (characters: string[], columns: number, backwards = false): string => {
  const taken: string[] = []
  let width = 0
  for (const character of characters) {
    width += widthOf(character)
    if (width > columns) break
    taken.push(character)
  }
  return (backwards ? taken.toReversed() : taken).join('')
}
