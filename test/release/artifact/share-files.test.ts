import {chmod, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type OpenedManifest, readReleaseManifest} from '@essence/core/release/artifact/read-manifest'
import {findShared} from '@essence/core/release/artifact/share-files'
import {unpackRelease} from '@essence/core/release/artifact/unpack'
import {verifyFiles} from '@essence/core/release/artifact/verify-files'
import {beforeEach, describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {archive, type ReleaseFiles, releaseEntries, writeTarball} from '../tarball.ts'

const oldFiles: ReleaseFiles = {
  'changed.js': {content: 'first'},
  'large/same.bin': {content: 'x'.repeat(100_000)},
  'moved.js': {content: 'moved'},
  'run.sh': {content: '#!/bin/sh\n', mode: 0o755},
}
const newFiles: ReleaseFiles = {
  'changed.js': {content: 'other'},
  'elsewhere/moved.js': {content: 'moved'},
  'large/same.bin': {content: 'x'.repeat(100_000)},
  'run.sh': {content: '#!/bin/sh\n', mode: 0o755},
}

interface Packed {
  path: string
  opened: OpenedManifest
}

describe('a release beside an older one', () => {
  let folder: string
  let old: Packed
  let next: Packed
  const held = () => ({folder: join(folder, 'old'), manifest: old.opened.manifest})
  const inode = async (path: string): Promise<number> => (await stat(join(folder, path))).ino

  beforeEach(async () => {
    folder = temporaryFolder()
    const pack = async (files: ReleaseFiles, name: string): Promise<Packed> => {
      const {path} = await writeTarball(folder, archive(releaseEntries(files)), name)
      return {path, opened: await readReleaseManifest(path)}
    }
    old = await pack(oldFiles, 'old.tar.gz')
    next = await pack(newFiles, 'new.tar.gz')
    await unpackRelease(old.path, old.opened, join(folder, 'old'))
    await verifyFiles(join(folder, 'old'), old.opened)
  })

  const unpackNext = async () => {
    const shared = await findShared(next.opened.manifest, held())
    await unpackRelease(next.path, next.opened, join(folder, 'new'), {shared})
    await verifyFiles(join(folder, 'new'), next.opened)
    return [...shared.keys()].sort()
  }

  it('shares what is the same, also under another name, and outlives it', async () => {
    expect(await unpackNext()).toEqual(['elsewhere/moved.js', 'large/same.bin', 'run.sh'])
    expect(await inode('new/large/same.bin')).toBe(await inode('old/large/same.bin'))
    expect(await inode('new/elsewhere/moved.js')).toBe(await inode('old/moved.js'))
    expect(await inode('new/changed.js')).not.toBe(await inode('old/changed.js'))
    expect(await readFile(join(folder, 'old/changed.js'), 'utf8')).toBe('first')
    await rm(join(folder, 'old'), {recursive: true})
    await verifyFiles(join(folder, 'new'), next.opened)
  })

  it('shares nothing that was changed, lost or given another mode', async () => {
    await writeFile(join(folder, 'old/large/same.bin'), 'y'.repeat(100_000))
    await rm(join(folder, 'old/moved.js'))
    await chmod(join(folder, 'old/run.sh'), 0o777)
    expect(await unpackNext()).toEqual([])
    expect(await readFile(join(folder, 'new/large/same.bin'), 'utf8')).toBe('x'.repeat(100_000))
  })

  it('is written where the disk makes no link', async () => {
    const shared = new Map([['large/same.bin', join(folder, 'not-there')]])
    await unpackRelease(next.path, next.opened, join(folder, 'new'), {shared})
    await verifyFiles(join(folder, 'new'), next.opened)
  })

  it('stops looking when it is cancelled', async () => {
    await expect(findShared(next.opened.manifest, held(), AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })
})
