import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {LogFile} from '@essence/core/release/supervisor/logs/log-file'
import {followLog, readTail} from '@essence/core/release/supervisor/logs/read-logs'
import {beforeEach, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'x.log')
})

const numbered = (count: number, from = 0): string[] =>
  Array.from({length: count}, (_, index) => `line ${from + index}`)
const tail = async (lines: number): Promise<string[]> => {
  const {lines: found, file} = await readTail(path, lines)
  await file?.handle.close()
  return found
}

describe('LogFile', () => {
  it('puts files aside when they are large, keeps as many as told, and cuts or loses no line of those', () => {
    const log = new LogFile(path, {maxBytes: 100, files: 3})
    for (const line of numbered(100)) log.write(line)
    log.close()
    expect(readdirSync(folder).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2'])
    const kept = ['x.log.2', 'x.log.1', 'x.log'].map(name => readFileSync(join(folder, name), 'utf8'))
    for (const text of kept) expect(text.length).toBeLessThanOrEqual(100)
    const lines = kept.join('').trim().split('\n')
    expect(lines).toEqual(numbered(100).slice(-lines.length))
    expect(lines.length).toBeGreaterThan(20)
  })

  it('goes on in the file that is there, and keeps bytes that are no text', () => {
    writeFileSync(path, 'before\n')
    const log = new LogFile(path)
    log.write(Buffer.from([0xff, 0x00]))
    log.close()
    expect(readFileSync(path)).toEqual(Buffer.from([...Buffer.from('before\n'), 0xff, 0x00, 10]))
  })

  it('says how many lines are missing once it can write again', () => {
    const log = new LogFile(join(folder, 'absent/x.log'))
    log.write('one')
    log.write('two')
    mkdirSync(join(folder, 'absent'))
    log.write('three')
    log.close()
    expect(readFileSync(join(folder, 'absent/x.log'), 'utf8')).toBe(
      '(2 lines are missing here: the log could not be written)\nthree\n',
    )
  })
})

describe('the last lines of a log', () => {
  it.each([0, 1, 5, 40, 1000])('%i of them, from the files put aside too', async wanted => {
    const log = new LogFile(path, {maxBytes: 200, files: 5})
    for (const line of numbered(60)) log.write(line)
    log.close()
    const all = numbered(60)
    expect(await tail(wanted)).toEqual(wanted === 0 ? [] : all.slice(-wanted))
  })

  it('of a large file are found from its end', async () => {
    writeFileSync(path, `${numbered(50_000).join('\n')}\n`)
    expect(await tail(3)).toEqual(numbered(3, 49_997))
  })

  it('are none where there is no log', async () => {
    expect(await tail(10)).toEqual([])
  })
})

describe('following a log', () => {
  it('hands on every line, once and in order, through changes of files', async () => {
    const log = new LogFile(path, {maxBytes: 150, files: 6})
    log.write('before')
    const {file} = await readTail(path, 10)
    const got: string[] = []
    const stop = new AbortController()
    const following = followLog(
      path,
      file,
      lines => {
        got.push(...lines)
        if (got.length >= 500) stop.abort()
      },
      stop.signal,
    )
    for (let at = 0; at < 500; at += 10) {
      // Less than the files kept hold, so that nothing falls off the end before it is read.
      for (const line of numbered(10, at)) log.write(line)
      while (got.length < at + 10) await new Promise(resolve => setTimeout(resolve, 1))
    }
    await following
    log.close()
    expect(got).toEqual(numbered(500))
  })

  it('catches up over several changes at once', async () => {
    const log = new LogFile(path, {maxBytes: 60, files: 10})
    log.write('before')
    const {file} = await readTail(path, 1)
    for (const line of numbered(40)) log.write(line)
    log.close()
    const got: string[] = []
    const stop = new AbortController()
    await followLog(
      path,
      file,
      lines => {
        got.push(...lines)
        if (got.length >= 40) stop.abort()
      },
      stop.signal,
    )
    expect(got).toEqual(numbered(40))
  })

  it('waits for a log that is not there yet', async () => {
    const stop = new AbortController()
    const got: string[] = []
    const following = followLog(
      path,
      undefined,
      lines => {
        got.push(...lines)
        stop.abort()
      },
      stop.signal,
    )
    const log = new LogFile(path)
    log.write('first')
    await following
    log.close()
    expect(got).toEqual(['first'])
  })

  it('ends when it is told to', async () => {
    writeFileSync(path, '')
    const {file} = await readTail(path, 1)
    const stop = new AbortController()
    const following = followLog(path, file, () => {}, stop.signal)
    stop.abort()
    await following
    rmSync(path)
  })
})
