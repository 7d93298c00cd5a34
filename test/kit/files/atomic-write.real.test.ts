import {chmodSync, existsSync} from 'node:fs'
import {mkdir, readdir, readFile, readlink, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {atomicWrite, replaceFile} from '@essence/core/kit/files/atomic-write'
import fc from 'fast-check'
import {beforeEach, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {openSmallDisk} from './small-disk.ts'

const all = temporaryFolder()

let folder: string
let path: string
beforeEach(async () => {
  folder = temporaryFolder(all)
  path = join(folder, 'a.json')
})

describe('atomicWrite', () => {
  it.each([{}, {durable: true}, {concurrent: true}])('replaces a file and leaves nothing beside it (%j)', async how => {
    await atomicWrite(path, 'first, longer', how)
    await atomicWrite(path, Buffer.from('second'), how)
    expect(await readFile(path, 'utf8')).toBe('second')
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  it('gives the permissions it is told', async () => {
    await atomicWrite(path, 'secret', {mode: 0o600})
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('a reader sees one content or another, whole, while many write', async () => {
    const content = (of: number): string => `${of} `.repeat(20_000)
    await atomicWrite(path, content(0), {concurrent: true})
    const writers = Array.from({length: 8}, (_, index) => atomicWrite(path, content(index), {concurrent: true}))
    let writing = true
    const done = Promise.all(writers).finally(() => {
      writing = false
    })
    while (writing) {
      const text = await readFile(path, 'utf8')
      expect(text).toBe(content(Number(text[0])))
    }
    await done
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  it('takes names as long as the file system does, where several write', async () => {
    const name = 'n'.repeat(255)
    await atomicWrite(join(folder, name), 'x', {concurrent: true})
    expect(await readdir(folder)).toEqual([name])
  })

  it('begins anew where a killed writer left a draft, also one that is a link', async () => {
    const victim = join(folder, 'victim')
    await writeFile(victim, 'untouched')
    await symlink(victim, `${path}.tmp`)
    await atomicWrite(path, 'new')
    expect(await readFile(path, 'utf8')).toBe('new')
    expect(await readFile(victim, 'utf8')).toBe('untouched')
    expect((await readdir(folder)).sort()).toEqual(['a.json', 'victim'])
  })

  it('leaves the old file as it was when the new one cannot be written', async () => {
    await atomicWrite(path, 'old')
    // The draft's name is taken by a folder.
    await mkdir(join(`${path}.tmp`, 'x'), {recursive: true})
    await expect(atomicWrite(path, 'new')).rejects.toThrow()
    expect(await readFile(path, 'utf8')).toBe('old')
  })

  it('throws the error of the system', async () => {
    await expect(atomicWrite(join(folder, 'no', 'such'), 'x')).rejects.toMatchObject({code: 'ENOENT'})
    chmodSync(folder, 0o500)
    if (process.getuid?.() !== 0) await expect(atomicWrite(path, 'x')).rejects.toMatchObject({code: 'EACCES'})
    chmodSync(folder, 0o700)
  })

  const disk = openSmallDisk()
  it.skipIf(!disk.mounted)(`leaves nothing behind on a disk that is full${disk.whyNot}`, async () => {
    const file = join(disk.folder, 'a')
    await atomicWrite(file, 'old')
    await expect(atomicWrite(file, Buffer.alloc(2 << 20))).rejects.toMatchObject({code: 'ENOSPC'})
    expect(await readFile(file, 'utf8')).toBe('old')
    expect(await readdir(disk.folder)).toEqual(['a'])
  })
})

describe('replaceFile', () => {
  it('makes links too, and leaves nothing of what fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.boolean(), async (concurrent, fails) => {
        const before = await readlink(path).catch(() => undefined)
        const make = async (draft: string): Promise<void> => {
          expect(existsSync(draft)).toBe(false)
          await symlink(`to-${concurrent}`, draft)
          if (fails) throw new Error('after all not')
        }
        const replaced = replaceFile(path, make, {concurrent})
        if (fails) await expect(replaced).rejects.toThrow('after all not')
        else await replaced
        expect(await readlink(path).catch(() => undefined)).toBe(fails ? before : `to-${concurrent}`)
        expect(await readdir(folder)).toEqual(fails && before === undefined ? [] : ['a.json'])
      }),
      {numRuns: 12},
    )
  })
})
