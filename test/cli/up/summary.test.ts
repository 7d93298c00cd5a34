import {Writable} from 'node:stream'
import {summaryLines} from '@essence/core/cli/up/summary'
import type {Outcome} from '@essence/core/service/up'
import {describe, expect, it} from 'vitest'

const gateway: Outcome = {
  name: 'gateway',
  state: 'ready',
  pid: 11,
  startMs: 1234,
  summary: {
    name: 'gateway',
    address: 'http://127.0.0.1:8000',
    lines: ['answers: demo'],
    notices: ['Only a demo.', 'Install more.'],
  },
}
const telegram: Outcome = {
  name: 'telegram',
  state: 'ready',
  pid: 12,
  startMs: 90,
  summary: {name: 'telegram', lines: ['@june_bot'], notices: ['Install more.']},
}
const broken: Outcome = {name: 'telegram', state: 'gave-up', reason: 'ended with status 4: no token', exit: 4}

/** A stream that is no terminal, as a pipe. */
const pipe = new Writable() as unknown as NodeJS.WriteStream
const text = (outcomes: Outcome[], off: string[] = []): string => summaryLines(outcomes, off, pipe).join('\n')

describe('the summary of essence up', () => {
  it('says where to talk, what runs, what is off and what is missing, each once', () => {
    expect(text([gateway, telegram], ['Discord is off.'])).toBe(
      [
        '',
        'June is up.',
        '  talk to it  http://127.0.0.1:8000',
        '  gateway     ready in 1.2 s, process 11',
        '              answers: demo',
        '  telegram    ready in 0.1 s, process 12',
        '              @june_bot',
        '  Discord is off.',
        '',
        'Missing',
        '  Only a demo.',
        '  Install more.',
        '',
        'Ctrl-C stops June; a second Ctrl-C does not wait.',
        '',
      ].join('\n'),
    )
  })

  it('does not call whole what is not', () => {
    expect(text([gateway, broken])).toMatch(
      /June is up, but not whole\.\n[\s\S]*telegram {4}not running: ended with status 4: no token/,
    )
  })

  it('speaks of no Ctrl-C where nothing runs', () => {
    expect(text([broken])).toContain('June is not up.')
    expect(text([broken])).not.toContain('Ctrl-C')
  })
})
