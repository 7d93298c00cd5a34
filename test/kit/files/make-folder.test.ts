import {existsSync, mkdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {makeFolder} from '@essence/core/kit/files/make-folder'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

const folder = temporaryFolder()

writeFileSync(join(folder, 'file'), '')
symlinkSync('nowhere', join(folder, 'dangling'))

describe('makeFolder', () => {
  it('makes what is missing, by any number of callers at once', async () => {
    const deep = join(folder, 'a/b/c/d')
    await Promise.all(Array.from({length: 20}, () => makeFolder(deep)))
    expect(statSync(deep).isDirectory()).toBe(true)
    await makeFolder(deep)
  })

  it('goes through a link to a folder', async () => {
    mkdirSync(join(folder, 'real'))
    symlinkSync('real', join(folder, 'link'))
    await makeFolder(join(folder, 'link/below'))
    expect(statSync(join(folder, 'real/below')).isDirectory()).toBe(true)
  })

  it.each([
    ['a file', 'file', 'EEXIST'],
    ['below a file', 'file/x/y', 'ENOTDIR'],
    ['a link that leads nowhere', 'dangling', 'ENOENT'],
  ])('fails at %s', async (_, path, code) => {
    await expect(makeFolder(join(folder, path))).rejects.toMatchObject({code})
  })

  it.skipIf(!existsSync('/proc/self'))('returns where nothing can be made (needs /proc)', async () => {
    await expect(makeFolder('/proc/essence/below')).rejects.toMatchObject({code: 'ENOENT'})
  })
})
