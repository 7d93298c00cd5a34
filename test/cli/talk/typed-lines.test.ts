import {PassThrough} from 'node:stream'
import {setImmediate} from 'node:timers/promises'
import {typedLines} from '@essence/core/cli/talk/typed-lines'
import {describe, expect, it} from 'vitest'

const opened = () => {
  const terminal = new PassThrough()
  let interrupts = 0
  const typed = typedLines(terminal as never, () => interrupts++)
  let seen = ''
  typed.keys.setEncoding('utf8').on('data', text => {
    seen += text
  })
  return {
    typed,
    /** What came through until now, that included. */
    async typing(text: string): Promise<string> {
      terminal.write(text)
      for (let turn = 0; turn < 5; turn++) await setImmediate()
      return seen
    },
    interrupts: () => interrupts,
  }
}

describe('typedLines', () => {
  it('lets keys through up to the end of a line, and the rest once that was answered', async () => {
    const {typed, typing} = opened()
    expect(await typing('one\rtwo\rthr')).toBe('one\r')
    typed.next()
    expect(await typing('')).toBe('one\rtwo\r')
    typed.next()
    expect(await typing('ee\r')).toBe('one\rtwo\rthree\r')
  })

  it('takes a carriage return and a line feed as one end', async () => {
    const {typed, typing} = opened()
    expect(await typing('one\r\ntwo\n')).toBe('one\r\n')
    typed.next()
    expect(await typing('')).toBe('one\r\ntwo\n')
  })

  it('hears Ctrl-C while a line is answered, and forgets what was typed ahead', async () => {
    const {typed, typing, interrupts} = opened()
    await typing('one\rtwo\r')
    expect(await typing('\u0003')).toBe('one\r')
    expect(interrupts()).toBe(1)
    typed.next()
    expect(await typing('three\r')).toBe('one\rthree\r')
  })

  it('leaves Ctrl-C at the prompt to the prompt', async () => {
    const {typing, interrupts} = opened()
    expect(await typing('ab\u0003')).toBe('ab\u0003')
    expect(interrupts()).toBe(0)
  })
})
