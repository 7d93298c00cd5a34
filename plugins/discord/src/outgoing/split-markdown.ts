import {boundaryIn, splitText, wholeCharacters} from '@essence/core/channel/split-text'

/** A stretch of a text that is shown in its own way. */
interface Span {
  start: number
  end: number
  /** What begins it anew in the next part, and what ends it in this one; absent for a link, which is one thing. */
  open?: string
  close?: string
  /** Where its content begins. */
  content: number
  isCode: boolean
}

/** A block of code; one that is never ended goes to the end, as Discord shows it. */
const fences = /^ {0,3}```([^\n`]*)\n([\s\S]*?)(?:\n? {0,3}```[ \t]*$|$(?![\s\S]))/gm

/** Code, a link, or what stands between two equal marks; a paragraph at most. */
const inline =
  /(?<code>`+)(?!`)(?:(?!\n\s*\n)[\s\S]){1,1500}?(?<!`)\k<code>(?!`)|\[[^\]\n]{1,300}\]\([^)\s]{1,500}\)|(?<![\w\\])(?<under>__|_)(?=\S)(?:(?!\n\s*\n)[\s\S]){1,1500}?(?<=\S)\k<under>(?!\w)|(?<!\\)(?<mark>\*\*\*|\*\*|\*|~~|\|\|)(?=\S)(?:(?!\n\s*\n)[\s\S]){1,1500}?(?<=\S)\k<mark>/g

/**
 * Cuts a text in Discord's Markdown into parts of at most `limit` UTF-16 code units. Where formatting goes over a cut, it is ended in
 * the one part and begun anew in the next; a link, and if possible a word in bold, stay whole.
 */
export const splitMarkdown = (text: string, limit: number): string[] => {
  const parts: string[] = []
  let rest = text.trim()
  /** Length of what the rest begins with only because the last part ended it. */
  let reopened = 0
  while (rest.length > limit) {
    const {at, open} = cut(rest, limit, reopened)
    // Formatting that takes more room than there is: the words are worth more.
    if (at <= reopened) return [...parts, ...splitText(rest, limit)]
    const close = open.map(({close = ''}) => close).toReversed()
    const isInFence = open.some(span => span.close === fenceEnd)
    parts.push((isInFence ? rest.slice(0, at) : rest.slice(0, at).trimEnd()) + close.join(''))
    const left = isInFence ? rest.slice(at).replace(/^[ \t]*\n/, '') : rest.slice(at).trimStart()
    const again = open.map(({open = ''}) => open).join('')
    reopened = again.length
    rest = left ? again + left : ''
  }
  return rest ? [...parts, rest] : parts
}

/** No span but a block of code is longer, and such a block may seem to go to the end. */
const longestSpan = 2000

const fenceEnd = '\n```'

const cut = (text: string, limit: number, reopened: number): {at: number; open: Span[]} => {
  const spans = spansOf(text.slice(0, limit + longestSpan))
  const openAt = (at: number): Span[] => spans.filter(({start, end}) => start < at && at < end)
  const fits = (at: number): boolean => {
    const open = openAt(at)
    const closing = open.reduce((sum, {close = ''}) => sum + close.length, 0)
    // Not right behind what opens a span, which would stand there empty.
    return (
      at > reopened && at + closing <= limit && open.every(({content, close}) => close !== undefined && at > content)
    )
  }
  const isOutside = (at: number): boolean => fits(at) && openAt(at).every(({close}) => close === fenceEnd)
  const at = boundaryIn(text, limit, isOutside) ?? boundaryIn(text, limit, fits) ?? boundaryIn(text, limit, fits, 0)
  if (at !== undefined) return {at, open: openAt(at)}
  for (let room = limit; room > limit / 2; room--) {
    const hard = wholeCharacters(text, room)
    if (fits(hard)) return {at: hard, open: openAt(hard)}
  }
  return {at: 0, open: []}
}

/** Outer ones before those within. */
const spansOf = (text: string): Span[] => {
  const spans: Span[] = []
  let from = 0
  for (const match of text.matchAll(fences)) {
    const start = match.index
    const end = start + match[0].length
    inlineSpans(text, from, start, spans)
    const content = start + match[0].indexOf('\n') + 1
    spans.push({start, end, open: `\`\`\`${match[1] ?? ''}\n`, close: fenceEnd, content, isCode: true})
    from = end
  }
  inlineSpans(text, from, text.length, spans)
  return spans
}

const inlineSpans = (text: string, from: number, to: number, spans: Span[]): void => {
  for (const match of text.slice(from, to).matchAll(inline)) {
    const start = from + match.index
    const end = start + match[0].length
    const {code, under, mark} = match.groups ?? {}
    const around = code ?? under ?? mark
    if (around === undefined) {
      spans.push({start, end, content: start, isCode: false})
      continue
    }
    const content = start + around.length
    spans.push({start, end, open: around, close: around, content, isCode: code !== undefined})
    if (code === undefined) inlineSpans(text, content, end - around.length, spans)
  }
}
