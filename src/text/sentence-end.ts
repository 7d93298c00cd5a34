import {dottedUnits, firstWords, mayBeLast, neverLast} from './abbreviations.ts'

/** Characters looked at beyond a position: enough for stops, closing marks, spaces and a word. */
export const lookahead = 64

/** More text could still change the answer. */
export const undecided = Symbol('undecided')

const closing = `"'”’»›)\\]}」』】）》〉*_\`~`
const stops = '.!?…؟۔।॥։።។။'
/** Stops, what closes after them, spaces, what opens before the next word, and its first letter. */
const stopAndNext = new RegExp(`^([${stops}]+)([${closing}]*)(\\s*)[^\\p{L}\\p{N}\\s]{0,4}(\\S?)`, 'u')
/** The same, with the whole next word and the character after it. */
const stopAndWord = new RegExp(`^[${stops}]+[${closing}]*\\s*[^\\p{L}\\p{N}\\s]{0,4}([\\p{L}\\p{M}'’]*)(.?)`, 'su')
const wideStop = new RegExp(`^[。！？｡]+[。！？｡${stops}${closing}]*\\s*`, 'u')
const wideLetter = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
/** Scripts that end a sentence with a space or nothing. */
const unstopped = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const unstoppedLength = 40
const alwaysUnits = dottedUnits.always.join('|')
/** A unit whose dot ends the sentence only before a capital. */
const unitDot = new RegExp(
  `(?:\\d[\\s-]?(?:${alwaysUnits}|${dottedUnits.afterDigit.join('|')})|\\p{L}[\\s-](?:${alwaysUnits}))$`,
  'iu',
)
const romanOrdinal = /\s[IVXLC]{1,7}$/
const lowerCase = /\p{Ll}/u
/** A sentence has one of these at least. */
export const speakable = /[\p{L}\p{N}]/u

/**
 * Whether a sentence that started at 0 ends at the stop, line break or space at `at`: the position after it, including
 * the spaces that follow; `false`; or `undecided`, while the text known so far (`ended` false) can go on in both ways.
 * That it has a letter or a digit is for the caller to see. Looks no further than `lookahead`, so the answer does not depend on how much more of the text is known.
 */
export const sentenceEnd = (text: string, at: number, ended: boolean): number | false | typeof undecided => {
  const rest = text.slice(at, at + lookahead)
  const open = !ended && text.length < at + lookahead
  /** A match that touches the end of what is known could grow. */
  const grows = (match: string): boolean => open && match.length === rest.length
  const character = rest.charAt(0)

  if (character === '\n') {
    const [spaces = ''] = rest.match(/^\s+/) ?? []
    // The spaces before the next line belong to it: they say how deep it stands.
    return grows(spaces) ? undecided : at + spaces.lastIndexOf('\n') + 1
  }
  if (/\s/.test(character)) {
    if (at < unstoppedLength || !unstopped.test(text.charAt(at - 1))) return false
    const [spaces = ''] = rest.match(/^\s+/) ?? []
    return grows(spaces) ? undecided : at + spaces.length
  }
  const wide = rest.match(wideStop)
  if (wide) return grows(wide[0]) ? undecided : at + wide[0].length

  const match = rest.match(stopAndNext)
  // A row of stops is judged at its first.
  if (!match || (at > 0 && stops.includes(text.charAt(at - 1)))) return false
  if (grows(match[0]) && !match[4]) return undecided
  const [, stop = '', closed = '', spaces = '', next = ''] = match
  // 3.14, v1.2.3, example.com, "Hello!你好": without a space only a wide letter can begin a sentence.
  if (spaces === '' && next !== '' && !wideLetter.test(next)) return false
  if (spaces === '' && next === '' && at + match[0].length < text.length) return false
  // The line break ends it, a few characters on.
  if (spaces.includes('\n')) return false
  const end = at + stop.length + closed.length + spaces.length
  if (next === '') return end
  const continued = lowerCase.test(next)
  if (continued && (closed !== '' || stop.length > 1 || stop === '…')) return false
  if (stop !== '.') return end
  if (continued && unitDot.test(text.slice(Math.max(0, at - 8), at))) return false
  // Ludwig XIV. und
  if (continued && romanOrdinal.test(text.slice(Math.max(0, at - 8), at))) return false
  switch (lastWordEnds(text.slice(0, at))) {
    case 'never':
      return false
    case 'always':
      return end
    case 'maybe': {
      const [whole = '', word = '', after = ''] = rest.match(stopAndWord) ?? []
      if (grows(whole) && after === '') return undecided
      // A dot after it makes it an initial: A. A. Milne.
      return after !== '.' && /^\p{Lu}/u.test(word) && firstWords.has(word.toLowerCase()) ? end : false
    }
  }
}

/** Whether the word before a dot can be a sentence's last. */
const lastWordEnds = (before: string): 'always' | 'never' | 'maybe' => {
  const word = before.match(/[^\s"'“‘«‹([{*_—–/]*$/u)?.[0] ?? ''
  const lower = word.toLowerCase()
  // The marker of a list item, at the start of a line.
  if (/(?:^|\n)[\s>*_#]*(?:\d{1,3}|[a-zA-Z])$/.test(before)) return 'never'
  // "z. B.", "i. d. R.": abbreviations written with spaces.
  const spaced = before
    .match(/(?:\b\p{L}\. ?)+\p{L}$/u)?.[0]
    .replaceAll(' ', '')
    .toLowerCase()
  if (neverLast.has(lower) || (spaced !== undefined && neverLast.has(spaced))) return 'never'
  // J.R.R. Tolkien; "the F.B.I." is none.
  if (/^(?:\p{Lu}\.){1,3}\p{Lu}$/u.test(word) && !/\bthe\s$/i.test(before.slice(-5 - word.length, -word.length))) {
    return 'maybe'
  }
  // Initials, "Plan B", "3. Oktober", "p. 5", "No. 5".
  if (/^(?:\p{L}|\d{1,2}|no)$/iu.test(word)) return 'maybe'
  // Hauptstr. 5
  return mayBeLast.has(lower) || /\p{L}str$/u.test(lower) ? 'maybe' : 'always'
}
