/**
 * Text as espeak-ng reads it aloud: characters it cannot say become spaces (control characters start its own embedded
 * commands, private-use ones stand for its internal codes), and its markup (SSML, `[[phonemes]]`) is taken as text.
 */
export const espeakSsml = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}\p{Co}\p{Cn}\uFFFC\uFFFD]/gu, character => (character === '\n' ? character : ' '))
    .replace(/\[(?=\[)/g, '[ ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

/** Letters, digits, symbols and the punctuation that has a word. Of `!?` alone espeak-ng would read out the names. */
const speakable = /[\p{L}\p{N}\p{S}%&@#]/u

/** Longest text given to espeak-ng at once, in UTF-16 units: about 40 s of speech, computed in about 0.2 s. */
const pieceLength = 500

/**
 * Cuts a long text where a cut is heard least: after a sentence, else between words, else anywhere. The pieces are
 * computed one by one as they are listened to, so a book neither fills the memory nor keeps other callers waiting. A piece
 * with nothing to say is left out.
 */
export function* espeakPieces(text: string): Generator<string> {
  let rest = text
  while (rest.length > pieceLength) {
    const head = rest.slice(0, pieceLength)
    const cut =
      lastCut(head, /[.!?…。！？]["'”’)\]]*\s|[。！？]|\n/g) ??
      lastCut(head, /\s/g) ??
      lastCut(head, /\P{Cs}/gsu) ??
      pieceLength
    if (speakable.test(rest.slice(0, cut))) yield rest.slice(0, cut)
    rest = rest.slice(cut)
  }
  if (speakable.test(rest)) yield rest
}

/** The end of the pattern's last match. */
const lastCut = (text: string, pattern: RegExp): number | undefined => {
  let end: number | undefined
  for (const match of text.matchAll(pattern)) end = match.index + match[0].length
  return end
}
