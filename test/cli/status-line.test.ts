import {PassThrough} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {statusLine} from '../../src/cli/status-line.ts'

/** A terminal of some width that keeps what is written to it. */
const terminal = (columns: number | undefined, isTTY = true) => {
  const stream = Object.assign(new PassThrough(), {isTTY, columns, hasColors: () => false, getColorDepth: () => 1})
  stream.setEncoding('utf8')
  return {stream: stream as unknown as NodeJS.WriteStream, text: (): string => (stream.read() as string | null) ?? ''}
}

/** What stands on a row after everything was written to it. */
const rowOf = (written: string): string => stripVTControlCharacters(written.split('\u001b[2K').at(-1) ?? '')

describe('a status line', () => {
  it('is written over, and leaves nothing behind', () => {
    const {stream, text} = terminal(40)
    const line = statusLine(stream)
    line.show('one')
    line.show('two')
    expect(rowOf(text())).toBe('two')
    line.clear()
    expect(text()).toBe('\r\u001b[2K')
    line.clear()
    expect(text()).toBe('')
  })

  it('never takes more than a row, wide characters counted', () => {
    const {stream, text} = terminal(20)
    const line = statusLine(stream)
    line.show('今日はとても良い天気ですね', 'end')
    expect(rowOf(text())).toBe('…も良い天気ですね')
    line.show('the beginning of something long')
    expect(rowOf(text())).toBe('the beginning of…')
    line.show('two\nlines')
    expect(rowOf(text())).toBe('two lines')
  })

  it('is not there off a terminal', () => {
    const {stream, text} = terminal(80, false)
    statusLine(stream).show('one')
    statusLine(stream).clear()
    expect(text()).toBe('')
  })
})
