/** Markup that is safe to put into a page. */
export interface Html {
  readonly html: string
}

type Part = Html | string | number | undefined | readonly Part[]

const entities: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}

/** Controls of writing direction: a transcript that holds them could turn around what stands beside it. */
const directionControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** What no document may hold: controls, and halves of a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g

/** What a document may hold: halves of characters and controls are replaced, direction controls shown by their code point. */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(unprintable, '\ufffd')
    .replaceAll(
      directionControls,
      control => `[U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )

/** Text as text and in attributes within quotes. */
export const escapeHtml = (text: string): string =>
  printable(text).replaceAll(/[&<>"']/g, character => entities[character] ?? '')

/** Markup of our own, or of a library that escapes. */
export const trusted = (markup: string): Html => ({html: markup})

const render = (part: Part): string => {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return 'html' in part ? part.html : part.map(render).join('')
}

/** A template in which every text that is put in is escaped, and lists are joined. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  trusted(pieces.map((piece, at) => piece + render(parts[at])).join(''))
