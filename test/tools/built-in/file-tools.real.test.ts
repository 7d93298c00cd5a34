import {execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {confinedFolder} from '@essence/core/tools/built-in/confined-folder'
import {fileTools} from '@essence/core/tools/built-in/file-tools'
import {runProgramTool} from '@essence/core/tools/built-in/run-program'
import {beforeAll, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {context} from '../tool-context.ts'

const outside = temporaryFolder()
const folder = temporaryFolder()
const files = confinedFolder(folder)

beforeAll(() => {
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'notes.txt'), 'milk')
  writeFileSync(join(folder, 'bytes.bin'), Buffer.from([1, 0, 2]))
  mkdirSync(join(folder, 'inner'))
  symlinkSync(outside, join(folder, 'way-out'))
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'link.txt'))
  symlinkSync(join(outside, 'new.txt'), join(folder, 'dangling.txt'))
  symlinkSync('notes.txt', join(folder, 'inside.txt'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
})

describe('a confined folder', () => {
  it('reads, lists and writes within it', async () => {
    expect(await files.read('notes.txt')).toBe('milk')
    expect(await files.read('inside.txt')).toBe('milk')
    await files.write('inner/new.txt', 'eggs')
    expect(await files.list('inner')).toEqual(['new.txt (4 bytes)'])
    expect(await files.list('.')).toContain('pipe (no regular file)')
    await files.write('inner/new.txt', 'flour')
    expect(await files.read('./inner/new.txt')).toBe('flour')
  })

  it.each([
    '../secret.txt',
    'inner/../../x',
    'inner\\..\\..\\x',
    '/etc/passwd',
    'way-out/secret.txt',
    'link.txt',
    'a\0b',
    'pipe',
    'inner',
  ])('does not read %j', async path => {
    await expect(files.read(path)).rejects.toMatchObject({code: 'NOT_ALLOWED'})
  })

  it.each(['missing.txt', 'missing/x.txt', 'notes.txt/x', 'x'.repeat(300)])('says that %s is not there', async path => {
    await expect(files.read(path)).rejects.toMatchObject({code: 'INPUT_NOT_FOUND'})
  })

  it('does not take bytes for text', async () => {
    await expect(files.read('bytes.bin')).rejects.toMatchObject({code: 'USAGE'})
  })

  it.each(['../new.txt', '/tmp/new.txt', 'way-out/new.txt', 'pipe', 'inner', '.', '..', 'inner/..'])(
    'does not write %j',
    async path => {
      await expect(files.check(path)).rejects.toMatchObject({code: 'NOT_ALLOWED'})
      await expect(files.write(path, 'x')).rejects.toMatchObject({code: 'NOT_ALLOWED'})
    },
  )

  it('writes over a link, not through it', async () => {
    await files.write('dangling.txt', 'here')
    expect(readFileSync(join(folder, 'dangling.txt'), 'utf8')).toBe('here')
    expect(() => readFileSync(join(outside, 'new.txt'))).toThrow()
    await files.write('link.txt', 'mine')
    expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
  })
})

it('only writing asks first, and shows what is written', async () => {
  const tools = fileTools(folder)
  expect(tools.map(({definition: {name}, effect}) => [name, effect])).toEqual([
    ['list_files', 'none'],
    ['read_file', 'none'],
    ['write_file', 'world'],
  ])
  const run = {...context(), signal: new AbortController().signal}
  expect(await tools[2]?.question?.({path: 'a.txt', content: 'x'.repeat(1000)}, run)).toBe(
    `Shall I write the file a.txt? It will contain: ${'x'.repeat(300)}… (1000)`,
  )
})

describe('run_program', () => {
  const tool = runProgramTool(folder)
  const run = (argv: string[], signal = new AbortController().signal) => tool.run({argv}, {...context(), signal})

  it('gives the output and the status, without a shell and without our environment', async () => {
    process.env['ESSENCE_TEST_SECRET'] = 'hidden'
    const {text} = await run(['env'])
    expect(text).not.toContain('hidden')
    expect(text).toContain(`HOME=${folder}`)
    expect((await run(['echo', '$HOME; rm -rf *'])).text).toBe('It ended with 0.\n$HOME; rm -rf *')
    expect((await run(['sh', '-c', 'echo oops >&2; exit 3'])).text).toBe('It ended with 3.\noops')
    expect((await run(['pwd'])).text).toContain(folder)
  })

  it('says that a program is not there', async () => {
    await expect(run(['no-such-program'])).rejects.toMatchObject({code: 'PROGRAM_FAILED'})
  })

  it('ends what writes without end, and all of what runs too long', async () => {
    expect((await run(['yes'])).text).toContain('It was ended: it wrote more than')
    const controller = new AbortController()
    const running = run(['sh', '-c', 'sleep 1000 & echo $! > child.pid; sleep 1000'], controller.signal)
    const pid = await pidIn(join(folder, 'child.pid'))
    controller.abort()
    await expect(running).rejects.toMatchObject({code: 'PROGRAM_FAILED'})
    await expect.poll(() => isAlive(pid)).toBe(false)
  })
})

const pidIn = (path: string): Promise<number> =>
  expect
    .poll(
      () => {
        try {
          return Number(readFileSync(path, 'utf8'))
        } catch {
          return 0
        }
      },
      {timeout: 20_000},
    )
    .toBeGreaterThan(0)
    .then(() => Number(readFileSync(path, 'utf8')))

const isAlive = (pid: number): boolean => {
  try {
    // A zombie that nobody has reaped yet does nothing any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
