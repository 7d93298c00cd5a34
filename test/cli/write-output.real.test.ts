import {execFileSync} from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {writeOutput} from '@essence/core/cli/write-output'
import {beforeEach, describe, expect, it} from 'vitest'
import {root, runProgram} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const all = temporaryFolder()

let folder: string
beforeEach(() => {
  folder = temporaryFolder(all)
})

const bytes = (text: string): Uint8Array => Buffer.from(text)

async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  yield bytes('half')
  throw error
}

describe('writeOutput', () => {
  it('writes all chunks, says how many bytes they were, and leaves nothing beside the file', async () => {
    expect(await writeOutput(join(folder, 'a'), [bytes('one '), bytes(''), bytes('two')])).toBe(7)
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('one two')
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('takes names as long as the file system does', async () => {
    const name = 'n'.repeat(255)
    await writeOutput(join(folder, name), [bytes('x')])
    expect(readdirSync(folder)).toEqual([name])
  })

  it.each([new Error('broken'), Object.assign(new Error('input is gone'), {code: 'ENOENT'})])(
    'hands on what the chunks throw as it is (%s), and leaves the old file alone',
    async error => {
      writeFileSync(join(folder, 'a'), 'old')
      await expect(writeOutput(join(folder, 'a'), failing(error))).rejects.toBe(error)
      expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old')
      expect(readdirSync(folder)).toEqual(['a'])
    },
  )

  it('keeps the permissions of a file, and writes through a link', async () => {
    writeFileSync(join(folder, 'real'), 'old')
    chmodSync(join(folder, 'real'), 0o600)
    symlinkSync('real', join(folder, 'link'))
    await writeOutput(join(folder, 'link'), [bytes('new')])
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new')
    expect(statSync(join(folder, 'real')).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['a folder', '.', 'is a directory'],
    ['a folder that is not there', 'no/such/file', 'its folder does not exist'],
    ['a file taken for a folder', 'file/below', 'ENOTDIR'],
  ])('says why %s cannot be written, before asking for a chunk', async (_, path, why) => {
    writeFileSync(join(folder, 'file'), '')
    let asked = false
    function* chunks() {
      asked = true
      yield bytes('x')
    }
    await expect(writeOutput(join(folder, path), chunks())).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining(why),
    })
    expect(asked).toBe(false)
  })

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full (needs /dev/full)', async () => {
    await expect(writeOutput('/dev/full', [bytes('x')])).rejects.toMatchObject({code: 'DISK_FULL'})
  })

  it('writes into a pipe', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = runProgram('cat', [pipe])
    await writeOutput(pipe, [bytes('through')])
    expect((await reader).stdout).toBe('through')
    expect(statSync(pipe).isFIFO()).toBe(true)
  })

  it('adds to what stands in the file behind /dev/stdout, and never replaces /dev/stdout', async () => {
    const file = join(folder, 'log')
    writeFileSync(file, 'before ')
    const source = `import {writeOutput} from '@essence/core/cli/write-output'; await writeOutput('/dev/stdout', [Buffer.from('after')])`
    const script = `cd "$1" && exec "$0" --conditions=essence-source --input-type=module -e "$2" >> "$3"`
    const ended = await runProgram('sh', ['-c', script, process.execPath, root, source, file])
    expect(ended).toMatchObject({status: 0, stderr: ''})
    expect(readFileSync(file, 'utf8')).toBe('before after')
    expect(lstatSync('/dev/stdout').isSymbolicLink()).toBe(true)
  })
})
