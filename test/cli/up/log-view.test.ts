import {Writable} from 'node:stream'
import {logView, newsFilter} from '@essence/core/cli/up/log-view'
import type {SupervisorEvent} from '@essence/core/service/supervisor'
import {describe, expect, it} from 'vitest'

/** A terminal that wants no colours. */
const stream = Object.assign(new Writable(), {isTTY: true, columns: 80}) as unknown as NodeJS.WriteStream
const view = (detailed = false) => {
  const show = logView({names: ['stt', 'gateway'], detailed, stream})
  return (event: SupervisorEvent): string | undefined =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    show(event)?.replace(/\u001b\[\d+m/g, '')
}
const line = (fields: object): SupervisorEvent => ({
  type: 'line',
  name: 'gateway',
  line: JSON.stringify({level: 'info', time: '2026-01-01T00:00:00.000Z', service: 'gateway', ...fields}),
})

describe('what essence up shows at a terminal', () => {
  it('is one line of a turn: when, where, how long each stage took', () => {
    const times = {decodeMs: 8, sttMs: 310, ttftMs: 640, llmMs: 900, ttfaMs: 1210, ttsMs: 300, totalMs: 1940}
    expect(view()(line({msg: 'turn', channel: 'web', result: 'ok', ...times}))).toMatch(
      /^\d\d:\d\d:\d\d gateway │ web turn 1\.9 s: heard 0\.3, first word 0\.6, voice 1\.2$/,
    )
    expect(view()(line({msg: 'turn', channel: 'web', result: 'ok', ttftMs: 640, totalMs: 900}))).toMatch(
      /│ web turn 0\.9 s: first word 0\.6$/,
    )
  })

  it('names the error of one that failed, without a stack', () => {
    const err = {type: 'EssenceError', message: 'The engine has ended.', stack: 'EssenceError: …\n    at x'}
    const failed = line({level: 'error', msg: 'turn', channel: 'web', result: 'ENGINE_FAILED', err})
    expect(view()(failed)).toMatch(/│ ✗ web turn failed: ENGINE_FAILED: The engine has ended\.$/)
    expect(view(true)(failed)).toContain('at x')
    expect(view()(line({msg: 'turn', channel: 'web', result: 'cancelled'}))).toMatch(/│ web turn cancelled$/)
  })

  it('names the service once, and shows no JSON but at LOG_LEVEL=DEBUG', () => {
    const told = line({level: 'warn', msg: 'call failed', code: 'TIMED_OUT', why: 'No answer.'})
    expect(view()(told)).toMatch(/^[\d:]{8} gateway │ ! call failed: No answer\.$/)
    expect(view(true)(told)).toContain('"code":"TIMED_OUT"')
  })

  it('leaves out what events tell, and an error as the CLI prints it', () => {
    expect(view()(line({msg: 'ready', address: 'http://127.0.0.1:8000'}))).toBeUndefined()
    expect(view()(line({msg: 'draining: Stopped by SIGTERM.', drainMs: 25_000}))).toBeUndefined()
    expect(newsFilter([])({type: 'line', name: 'stt', line: ' ›   Error: No such model.'})).toBe(false)
    expect(
      view()({type: 'ready', name: 'stt', pid: 1, startMs: 4321, summary: {name: 'stt', lines: [], notices: []}}),
    ).toMatch(/stt {5}│ ready in 4\.3 s$/)
  })

  it('shows a warning that all services share once', () => {
    const isNews = newsFilter(['known'])
    const warning = (name: string, text: string): SupervisorEvent => ({type: 'warning', name, text})
    const told = [warning('stt', 'known'), warning('stt', 'open to all'), warning('gateway', 'open to all')]
    expect(told.map(isNews)).toEqual([false, true, false])
    expect(view()(warning('stt', 'open to all'))).toMatch(/stt {5}│ ! open to all$/)
  })
})
