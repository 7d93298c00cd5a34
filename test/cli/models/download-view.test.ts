import {PassThrough} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'
import {openView} from '@essence/core/cli/models/download-view/open-view'
import type {DownloadEvent} from '@essence/core/models/download/download-event'
import {describe, expect, it, vi} from 'vitest'

const openScreen = (columns = 80) => {
  const stream = Object.assign(new PassThrough(), {columns, rows: 24, isTTY: true}) as unknown as NodeJS.WriteStream
  let written = ''
  stream.on('data', piece => {
    written += String(piece)
  })
  /** All lines that were ever drawn, without colours. */
  const lines = (): string[] => stripVTControlCharacters(written).split('\n')
  return {stream, lines, raw: () => written}
}

const big = {model: 'big', path: 'model.bin', size: 2_000_000}
const small = {model: 'small', path: 'model.bin', size: 1_000_000}

const begun: DownloadEvent[] = [
  {event: 'start', files: 2, bytes: 3_000_000, toFetch: 3_000_000},
  {event: 'file', ...big, state: 'fetch'},
  {event: 'file', ...small, state: 'fetch'},
  {event: 'progress', ...big, received: 500_000},
]
const cancelled: DownloadEvent[] = [
  {event: 'model-stopped', model: 'big'},
  {event: 'model-stopped', model: 'small'},
]

const shown = async (kind: 'terminal' | 'lines', events: DownloadEvent[], columns?: number) => {
  const screen = openScreen(columns)
  const view = openView(kind, screen.stream)
  for (const event of events) view.onEvent(event)
  await view.close()
  return screen
}

describe('on a terminal', () => {
  it('leaves Ctrl-C to the command, which saves what arrived and gives the locks back', async () => {
    const listeners = () => ['SIGINT', 'SIGTERM'].map(name => process.listenerCount(name))
    const before = listeners()
    const view = openView('terminal', openScreen().stream)
    for (const event of begun) view.onEvent(event)
    expect(listeners()).toEqual(before)
    await view.close()
  })

  it('after Ctrl-C names each file, says what is kept and how to go on, and calls nothing a success', async () => {
    const {lines} = await shown('terminal', [...begun, ...cancelled])
    const text = lines().join('\n')
    expect(text).toMatch(/✖ big +stopped at 25 %, 500 kB of 2\.0 MB kept/)
    expect(text).toMatch(/✖ small +stopped before it began/)
    expect(text).toMatch(/✖ total {2}16 %, 500 kB of 3\.0 MB kept; the same command goes on from there/)
    expect(text).not.toContain('✔')
  })

  it('says of a model that failed why, and lets the others end well', async () => {
    const failed = {
      event: 'model-failed',
      model: 'big',
      code: 'REMOTE_REFUSED',
      message: 'hub.example has no big.',
    } as const
    const done = {event: 'file-done', ...small, sha256: 'a', fetched: true} as const
    const {lines} = await shown('terminal', [...begun, failed, done])
    const text = lines().join('\n')
    expect(text).toMatch(/✖ big +failed: hub\.example has no big\./)
    expect(text).toMatch(/✔ small +1\.0 MB/)
    expect(text).not.toContain('✔ total')
  })

  it('says what a pause is for, before files are known and while one is fetched', async () => {
    const pause = {event: 'paused', model: 'big', reason: 'the hub is busy (503)', pauseMs: 20_000} as const
    const {stream, lines} = openScreen()
    const view = openView('terminal', stream)
    view.onEvent(pause)
    expect(lines().join()).toContain('big: the hub is busy (503); trying again in 20 s')
    for (const event of [...begun, {...pause, path: big.path}]) view.onEvent(event)
    await vi.waitUntil(() => /big +the hub is busy \(503\); trying again in 20 s/.test(lines().join()))
    await view.close()
  })

  for (const columns of [60, 80, 120]) {
    it(`breaks no line on ${columns} columns, however long the names are`, async () => {
      const long = {model: 'qwen3-30b-a3b-thinking-2507-q4_k_m', path: 'model.gguf', size: 18_557_000_000}
      const events: DownloadEvent[] = [
        {event: 'start', files: 1, bytes: long.size, toFetch: long.size},
        {event: 'file', ...long, state: 'fetch'},
        {event: 'progress', ...long, received: 1_000_000},
      ]
      const screen = openScreen(columns)
      const view = openView('terminal', screen.stream)
      for (const event of events) view.onEvent(event)
      view.onEvent({event: 'progress', ...long, received: 123_000_000})
      await view.close()
      expect(screen.lines().some(line => line.includes('123 MB of 19 GB'))).toBe(true)
      // A line that was broken goes on without a sign before it.
      expect(screen.lines().filter(line => line.length >= columns || /^[ \w]/.test(line))).toEqual([])
    })
  }
})

describe('off a terminal', () => {
  it('says the same in plain lines', async () => {
    const pause = {event: 'paused', model: 'big', reason: 'the hub is busy (503)', pauseMs: 20_000} as const
    const {lines, raw} = await shown('lines', [pause, ...begun, ...cancelled])
    expect(lines()).toEqual([
      'big: the hub is busy (503); trying again in 20 s',
      '2 files, 3.0 MB; 3.0 MB to download',
      'big: model.bin (2.0 MB)',
      'small: model.bin (1.0 MB)',
      'big: stopped at 25 %, 500 kB of 2.0 MB kept',
      'small: stopped before it began',
      'stopped at 16 %, 500 kB of 3.0 MB kept; the same command goes on from there',
      '',
    ])
    expect(raw()).not.toContain('\u001b')
  })
})
