import {Writable} from 'node:stream'
import {type SummaryOptions, summaryLines} from '@essence/core/cli/up/summary'
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
const broken: Outcome = {
  name: 'telegram',
  state: 'gave-up',
  reason: 'TELEGRAM_BOT_TOKEN is not valid.',
  exit: 4,
  suggestions: ['Ask @BotFather for another.'],
}

/** A stream that is no terminal, as a pipe. */
const pipe = new Writable() as unknown as NodeJS.WriteStream
const text = (outcomes: Outcome[], options: SummaryOptions = {}): string =>
  summaryLines(outcomes, {stream: pipe, ...options}).join('\n')

describe('the summary of essence up', () => {
  it('says where to talk, what runs, what is off and what is missing, each once', () => {
    expect(text([gateway, telegram], {off: ['Discord is off.'], log: '/data/logs/up.log'})).toBe(
      [
        '',
        'June is up.',
        '  talk to it  http://127.0.0.1:8000',
        '  gateway     ready in 1.2 s, process 11',
        '              answers: demo',
        '  telegram    ready in 0.1 s, process 12',
        '              @june_bot',
        '  Discord is off.',
        '  log         /data/logs/up.log',
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

  it('does not call whole what is not, and says what to do about it', () => {
    expect(text([gateway, broken])).toMatch(
      /June is up, but not whole\.\n[\s\S]* {2}telegram {4}not running\n {14}TELEGRAM_BOT_TOKEN is not valid\.\n {14}Ask @BotFather/,
    )
  })

  it('tells of an engine that runs as a service of its own once', () => {
    const url = 'grpc://127.0.0.1:50052'
    const stt: Outcome = {
      ...telegram,
      name: 'stt',
      summary: {name: 'stt', url, lines: [`listens, at ${url}`], notices: []},
    }
    const lines = [`listens (at ${url}: no GPU)`, 'answers: demo']
    const told = text([{...gateway, summary: {...gateway.summary, lines}}, stt])
    expect(told.match(/listens/g)).toHaveLength(1)
    expect(told).toContain('answers: demo')
  })

  it('fits a terminal, broken between words', () => {
    const narrow = Object.assign(new Writable(), {isTTY: true, columns: 50}) as unknown as NodeJS.WriteStream
    const long = `answers: ${'word '.repeat(20)}end`
    const lines = summaryLines([{...gateway, summary: {...gateway.summary, lines: [long]}}], {stream: narrow})
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    const plain = lines.map(line => line.replace(/\u001b\[\d+m/g, ''))
    expect(Math.max(...plain.map(line => line.length))).toBeLessThanOrEqual(50)
    expect(plain.filter(line => / {14}(word )*(word|end)$/.test(line)).length).toBeGreaterThan(1)
  })
})
