import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {storageError, writeDurably} from '@essence/core/channel/delivery/durable-file'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'

it('replaces a file and leaves nothing beside it', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.json')
  await writeDurably(path, 'first, longer')
  await writeDurably(path, 'second')
  expect(await readFile(path, 'utf8')).toBe('second')
  expect(await readdir(folder)).toEqual(['a.json'])
})

it('says which file cannot be written, and why', async () => {
  const path = join(temporaryFolder(), 'no-such-folder', 'a.json')
  await expect(writeDurably(path, 'x')).rejects.toMatchObject({
    code: 'DATA_DIR_UNWRITABLE',
    message: expect.stringMatching(new RegExp(`${path}.*ENOENT`)),
  })
})

it('leaves the old file as it was when the new one cannot be written', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.json')
  await writeDurably(path, 'old')
  // The draft's name is taken by a folder.
  await mkdir(`${path}.tmp`)
  await writeFile(join(`${path}.tmp`, 'x'), '')
  await expect(writeDurably(path, 'new')).rejects.toMatchObject({code: 'DATA_DIR_UNWRITABLE'})
  expect(await readFile(path, 'utf8')).toBe('old')
})

it.each(['ENOSPC', 'EDQUOT'])('tells a full disk (%s) from a folder that may not be written', code => {
  expect(storageError('/x', Object.assign(new Error('full'), {code}))).toMatchObject({code: 'DISK_FULL', exit: 3})
})
