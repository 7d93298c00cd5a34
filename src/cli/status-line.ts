import {styleText} from 'node:util'
import {fitEnd, fitStart} from '../kit/display-width.ts'

/** One line at the bottom of a terminal that is written over again and again: how far something is, or what is heard so far. */
export interface StatusLine {
  /** Shows a text in place of the last; of what does not fit, the end or the beginning is left out. */
  show(text: string, keep?: 'start' | 'end'): void
  /** Takes the line away: before a result is printed, and at the end. */
  clear(): void
}

/** Nothing to draw upon. */
const nowhere: StatusLine = {show: () => {}, clear: () => {}}

/** A status line on a terminal; off a terminal one that shows nothing. */
export const statusLine = (stream: NodeJS.WriteStream = process.stderr): StatusLine => {
  if (!stream.isTTY) return nowhere
  let shown = false
  return {
    show(text, keep = 'start') {
      // A full line would move the cursor on, and so would the "^C" that a terminal writes behind it.
      const room = Math.max(10, stream.columns || 80) - 3
      const line = (keep === 'start' ? fitStart : fitEnd)(text.replace(/\s+/gu, ' ').trim(), room)
      stream.write(`\r\u001b[2K${styleText('dim', line, {stream})}`)
      shown = true
    },
    clear() {
      if (shown) stream.write('\r\u001b[2K')
      shown = false
    },
  }
}
