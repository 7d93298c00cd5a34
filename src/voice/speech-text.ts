import {unreadFormula} from '../text/formulas.ts'
import {spokenInline} from './speech-inline.ts'

export interface SpeechTextStream {
  /** The next piece of the text as written → what is spoken of it, one line; empty when it has nothing to say. */
  push(text: string): string
  /** The text is whole → what was held back of it: a formula that was never closed, and what came after its opening mark. */
  end(): string
}

/**
 * Turns what a model writes into what a voice says: without markdown, HTML, emoji or code blocks (they are shown, not
 * read out), links by their label, of a URL its host, as a path cannot be followed by ear. Formulas become Unicode.
 * Numbers and signs are left to the voice, which knows its language.
 */
export const speechText = (text: string): string => {
  const once = (written: string): string => {
    const stream = speechTextStream()
    return [stream.push(written), stream.end()].filter(part => part !== '').join(' ')
  }
  let spoken = once(text)
  // Taking one mark away can lay another bare (`> > #`); a text of nothing but marks must not keep us long.
  for (let pass = 0; pass < 8; pass++) {
    const again = once(spoken)
    if (again === spoken) break
    spoken = again
  }
  return spoken
}

/** `speechText` for a text that comes in pieces, such as sentences: remembers whether a code block is open. */
export const speechTextStream = (): SpeechTextStream => {
  let fence = ''
  /** A displayed formula that goes on in the next line. */
  let formula = ''
  let atLineStart = true

  return {
    push(text) {
      const spoken: Line[] = []
      for (const [i, line] of text.split(lineBreak).entries()) {
        const starts = i > 0 || atLineStart
        const mark = starts ? (line.match(/^[\s>]*(?:[-*+]\s+|\d{1,3}[.)]\s+)?(`{3,}(?=[^`]*$)|~{3,})/)?.[1] ?? '') : ''
        if (fence !== '') {
          if (mark.startsWith(fence)) fence = ''
        } else if (mark !== '') fence = mark
        else if (formula !== '' || (starts && /^\s*(?:\$\$|\\\[)/.test(line))) {
          formula += `${line} `
          if (!displayed.test(formula) && formula.length < longestFormula) continue
          spoken.push({...spokenLine(formula, false), apart: true})
          formula = ''
        } else spoken.push(spokenLine(line, starts))
      }
      if (text !== '') atLineStart = /[\n\r\u2028\u2029]$/.test(text)
      return joinLines(spoken)
    },
    end() {
      const held = formula
      formula = ''
      return joinLines([spokenLine(held, false)])
    },
  }
}

/** Also the sign for one that stands before a list's next mark, as some models write it. */
const lineBreak = /\r\n|[\n\r\u2028\u2029]|\\n(?=[A-Z]\) |\d{1,2}[.)] |[-*•] )/

/** From its opening to its closing mark. */
const displayed = /^\s*(?:\$\$[^$]+\$\$|\\\[.*\\\])/s
/** Characters; what is longer is no formula but a mark that is never closed. */
const longestFormula = 1000

interface Line {
  text: string
  /** A heading, list item or table row: it ends a sentence even without a stop. */
  apart: boolean
}

/** Marks at the start of a line: quotes, headings, bullets, numbers, check boxes, table bars. */
const blockMarks =
  /^\s*(?:>+\s*|#{1,6}(?:\s+|$)|(?:[-*+•◦▪–]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?|\|\s*|\[[^\]]{1,200}\]:\s*\S+.*$)/

const spokenLine = (line: string, atLineStart: boolean): Line => {
  let rest = line
  let apart = false
  while (atLineStart) {
    const mark = rest.match(blockMarks)?.[0] ?? ''
    if (mark === '') break
    apart = true
    rest = rest.slice(mark.length)
  }
  const letter = atLineStart ? rest.match(/^\s*\(?([A-Za-z])\) +(?=\S)/) : null
  if (letter) {
    apart = true
    rest = `${letter[1]}: ${rest.slice(letter[0].length)}`
  }
  const text = spokenInline(rest)
  // Rulers, table separators, lone marks.
  return /[\p{L}\p{N}]/u.test(text) || text.includes(unreadFormula) ? {text, apart} : {text: '', apart: true}
}

const joinLines = (lines: Line[]): string => {
  let joined = ''
  let apart = false
  for (const line of lines) {
    apart ||= line.apart || line.text === ''
    if (line.text === '') continue
    if (joined !== '') joined += apart && /[\p{L}\p{N}]["'”’)]*$/u.test(joined.slice(-4)) ? '. ' : ' '
    joined += line.text
    apart = line.apart
  }
  return joined
}
