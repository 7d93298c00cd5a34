import {PassThrough} from 'node:stream'
import type {ReadStream} from 'node:tty'

/** What a terminal sends for Ctrl-C while it is read key by key. */
const interrupt = '\u0003'

/**
 * The keys typed on a terminal, up to the end of one line; then none until `next` is called. So what is typed or pasted while a line is
 * answered does not stand in the middle of the answer, but at the next prompt.
 * @param onInterrupt called for Ctrl-C while keys are held back, which then are forgotten
 */
export const typedLines = (
  terminal: Pick<ReadStream, 'setEncoding' | 'on' | 'off' | 'pause'> & {setRawMode?: ReadStream['setRawMode']},
  onInterrupt: () => void,
) => {
  let held = ''
  let open = true
  const keys = Object.assign(new PassThrough(), {
    setRawMode(on: boolean) {
      terminal.setRawMode?.(on)
    },
  })
  const pass = (): void => {
    if (!open || held === '') return
    const end = /\r\n?|\n/.exec(held)
    const upTo = end ? end.index + end[0].length : held.length
    keys.write(held.slice(0, upTo))
    held = held.slice(upTo)
    open = end === null
  }
  const onData = (text: string): void => {
    if (!open && text.includes(interrupt)) {
      held = ''
      onInterrupt()
    } else held += text
    pass()
  }
  const onEnd = (): void => void keys.end()
  terminal.setEncoding('utf8')
  terminal.on('data', onData).on('end', onEnd)
  return {
    keys,
    /** The line was answered. */
    next(): void {
      open = true
      pass()
    },
    close(): void {
      terminal.off('data', onData).off('end', onEnd)
      terminal.pause()
    },
  }
}
