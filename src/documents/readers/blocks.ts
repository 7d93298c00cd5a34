import {Parser} from 'htmlparser2'

/** A paragraph of a document, and where it stands. */
export interface Block {
  text: string
  /** The headings above it, outermost first. */
  headings: string[]
  /** From 1. */
  page?: number | undefined
}

const unread = new Set(['script', 'style', 'template', 'noscript', 'svg', 'math', 'title', 'head', 'select', 'button'])
const inline = new Set(
  'a abbr b bdi bdo cite code data del dfn em font i img input ins kbd label mark q s samp small span strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)

/** Paragraphs of HTML under their headings. Whatever is broken in it is read as far as it goes. */
export const blocksOfHtml = (html: string): Block[] => {
  const blocks: Block[] = []
  const above: {level: number; text: string}[] = []
  let text = ''
  let ignored = 0
  let preformatted = 0
  let heading: number | undefined

  const flush = (): void => {
    const paragraph = text.replace(/[^\S\n]+/g, ' ').trim()
    text = ''
    if (paragraph === '') return
    if (heading !== undefined) above.push({level: heading, text: paragraph.replace(/\s+/g, ' ')})
    else blocks.push({text: paragraph, headings: above.map(({text}) => text)})
  }
  const parser = new Parser({
    onopentagname(name) {
      if (unread.has(name)) ignored++
      if (inline.has(name)) return
      if (name === 'br') {
        text += '\n'
        return
      }
      if (name === 'td' || name === 'th') {
        text += ' '
        return
      }
      flush()
      if (name === 'pre') preformatted++
      const level = headingLevel(name)
      if (level === undefined) return
      while ((above.at(-1)?.level ?? 0) >= level) above.pop()
      heading = level
    },
    ontext(piece) {
      if (ignored === 0) text += preformatted > 0 ? piece : piece.replace(/\s+/g, ' ')
    },
    onclosetag(name) {
      if (unread.has(name)) ignored--
      if (inline.has(name) || name === 'br' || name === 'td' || name === 'th') return
      flush()
      if (name === 'pre') preformatted--
      if (headingLevel(name) !== undefined) heading = undefined
    },
  })
  parser.end(html)
  flush()
  return blocks
}

const headingLevel = (name: string): number | undefined => (/^h[1-6]$/.test(name) ? Number(name[1]) : undefined)

/** Paragraphs of plain text: an empty line ends one. */
export const blocksOfText = (text: string, page?: number): Block[] =>
  text
    .split(/\r?\n[^\S\n]*(?:\r?\n\s*)+|\f/)
    .map(paragraph => paragraph.trim())
    .filter(paragraph => paragraph !== '')
    .map(paragraph => ({text: paragraph, headings: [], page}))
