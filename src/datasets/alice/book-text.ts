const startLine = /\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG EBOOK[^*]{0,200}\*\*\*/i
const endLine = /\*\*\* ?END OF (?:THE|THIS) PROJECT GUTENBERG EBOOK[^*]{0,200}\*\*\*/i

/** A book, or why it is none. */
export type BookText = {text: string; fault?: undefined} | {fault: string}

/**
 * What the author wrote: the text between the lines of Project Gutenberg, without illustrations and headings.
 * @param marked those lines must be there: of a book that came over the network, else they may be missing
 */
export const bookText = (bytes: Uint8Array, {marked}: {marked: boolean}): BookText => {
  const content = decode(bytes)
  if (content === undefined) return {fault: 'expected text in UTF-8; found another encoding'}
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(content)) return {fault: 'expected plain text; found a web page'}
  const [start, end] = [startLine.exec(content), endLine.exec(content)]
  if (start && !end) return {fault: 'it is cut short: the line "*** END OF …" is missing'}
  if (!start && (end || marked)) return {fault: 'expected the line "*** START OF … PROJECT GUTENBERG EBOOK …"'}
  const inner = content.slice(start ? start.index + start[0].length : 0, end?.index)
  const text = inner
    .replaceAll(/\[Illustration[^\]]*\]/gi, '')
    // Marks of italics are not spoken.
    .replaceAll('_', '')
    .split(/\r?\n(?:[^\S\n]*\r?\n)+/)
    .map(paragraph => paragraph.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim())
    .filter(paragraph => paragraph !== '' && !isHeading(paragraph))
    .join(' ')
  return text === '' ? {fault: 'expected a book; found no text'} : {text}
}

/** Titles, tables of contents and rows of stars end without a punctuation mark. */
const isHeading = (paragraph: string): boolean =>
  /[\p{L}\p{N}*]$/u.test(paragraph) && (paragraph.startsWith('CHAPTER') || !/[.!?]\s/.test(paragraph))

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    const text = new TextDecoder('utf-8', {fatal: true}).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
