import {chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {editEnvFile} from '@essence/core/config/write-env-file'
import {beforeEach, describe, expect, it} from 'vitest'
import {openSmallDisk} from '../kit/files/small-disk.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const all = temporaryFolder()
const mock = {JUNE_TEST_MODE: 'mock', STT_MODE: undefined}
const written = 'JUNE_TEST_MODE=mock\n'
const isRoot = process.getuid?.() === 0

let folder: string
let path: string
beforeEach(() => {
  folder = temporaryFolder(all)
  path = join(folder, '.env')
})

describe('an environment file that is edited', () => {
  it('is made for its owner alone where it is missing, and not where it would be empty', async () => {
    expect(await editEnvFile(path, {STT_MODE: undefined})).toBe('unchanged')
    expect(await readdir(folder)).toEqual([])
    expect(await editEnvFile(path, mock)).toBe('created')
    expect(await readFile(path, 'utf8')).toBe(written)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await editEnvFile(path, mock)).toBe('unchanged')
  })

  it.each([0o640, 0o644, 0o666])('keeps its permissions: %o', async mode => {
    await writeFile(path, 'A=1\n')
    await chmod(path, mode)
    expect(await editEnvFile(path, mock)).toBe('changed')
    expect((await stat(path)).mode & 0o777).toBe(mode)
    expect(await readdir(folder)).toEqual(['.env'])
  })

  it.skipIf(!isRoot)(
    `keeps its owner${isRoot ? '' : ' (skipped: shown to root, who may give files away)'}`,
    async () => {
      await writeFile(path, 'A=1\n')
      await chown(path, 1234, 4321)
      await editEnvFile(path, mock)
      expect(await stat(path)).toMatchObject({uid: 1234, gid: 4321})
    },
  )

  it('is changed where a link leads to it, and the link stays', async () => {
    const target = join(folder, 'june.env')
    await writeFile(target, 'A=1\n')
    await symlink('june.env', path)
    await editEnvFile(path, mock)
    expect(await readFile(target, 'utf8')).toBe(`A=1\n${written}`)
    expect((await readdir(folder, {withFileTypes: true})).map(entry => [entry.name, entry.isSymbolicLink()])).toEqual([
      ['.env', true],
      ['june.env', false],
    ])
  })
})

describe('what cannot be edited is told, and left as it is', () => {
  it.each([
    ['a folder, as Python makes them', () => mkdir(path), 'CONFIG_INVALID', 'is a directory'],
    ['a mark that is never closed', () => writeFile(path, `A=1\nB="x\nC=2\n`), 'CONFIG_INVALID', '.env:2: the quot'],
    ['something that is no text', () => writeFile(path, 'A=\0'), 'CONFIG_INVALID', 'is not text'],
    ['a link that leads nowhere', () => symlink('nothing', path), 'CONFIG_INVALID', 'is a link to what is not there'],
    ['a device', () => symlink('/dev/null', path), 'CONFIG_INVALID', 'is no regular file'],
  ])('%s', async (_, make, code, message) => {
    await make()
    const before = await readFile(path).catch(() => undefined)
    await expect(editEnvFile(path, mock)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      suggestions: [expect.any(String)],
    })
    expect(await readFile(path).catch(() => undefined)).toEqual(before)
    expect(await readdir(folder)).toEqual(['.env'])
  })

  it('a folder that is not there', async () => {
    await expect(editEnvFile(join(folder, 'no/such.env'), mock)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('its folder does not exist'),
    })
  })

  it.skipIf(isRoot)(`a file without the right to${isRoot ? ' (skipped for root, who may)' : ''}`, async () => {
    await writeFile(path, 'A=1\n')
    await chmod(path, 0o400)
    await expect(editEnvFile(path, mock)).rejects.toMatchObject({code: 'OUTPUT_UNWRITABLE'})
    expect(await readFile(path, 'utf8')).toBe('A=1\n')
  })

  const disk = openSmallDisk()
  it.skipIf(!disk.mounted)(`a disk that is full${disk.whyNot}`, async () => {
    const file = join(disk.folder, 'june.env')
    await writeFile(file, 'A=1\n')
    await writeFile(join(disk.folder, 'full'), Buffer.alloc(2 << 20)).catch(() => {})
    await expect(editEnvFile(file, mock)).rejects.toMatchObject({code: 'DISK_FULL'})
    expect(await readFile(file, 'utf8')).toBe('A=1\n')
    expect((await readdir(disk.folder)).sort()).toEqual(['full', 'june.env'])
  })
})
