import {chmod, link, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {readReleaseManifest} from '@essence/core/release/artifact/read-manifest'
import {unpackRelease} from '@essence/core/release/artifact/unpack'
import {verifyFiles} from '@essence/core/release/artifact/verify-files'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {openSmallDisk} from '../../kit/files/small-disk.ts'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {archive, type Entry, manifestOf, type ReleaseFiles, releaseEntries, writeTarball} from '../tarball.ts'

const files: ReleaseFiles = {
  'bin/run.js': {content: 'console.log(1)\n', mode: 0o755},
  'empty.txt': {content: ''},
  'run.sh': {content: '#!/bin/sh\n', mode: 0o755},
}
const good = releaseEntries(files)

/** Unpacks and checks an archive as a deploy does; gives the folder. */
const take = async (bytes: Buffer, limits?: Parameters<typeof readReleaseManifest>[1]): Promise<string> => {
  const folder = temporaryFolder()
  const {path} = await writeTarball(folder, bytes)
  const manifest = await readReleaseManifest(path, limits)
  const into = join(folder, 'new')
  try {
    await unpackRelease(path, manifest, into)
    await verifyFiles(into, manifest)
  } catch (error) {
    // A failed unpacking leaves nothing; a failed check is tidied up by the deploy.
    if (!(error as Error).message.includes('The release')) expect(await readdir(folder)).not.toContain('new')
    throw error
  }
  return into
}

describe('a release', () => {
  it('is unpacked with its modes, without the leading folder', async () => {
    const umask = process.umask(0o077)
    const folder = await take(archive(good)).finally(() => process.umask(umask))
    expect((await readdir(folder, {recursive: true})).sort()).toEqual([
      'bin',
      'bin/run.js',
      'empty.txt',
      'manifest.json',
      'run.sh',
    ])
    expect((await stat(join(folder, 'bin/run.js'))).mode & 0o777).toBe(0o755)
    expect((await stat(join(folder, 'empty.txt'))).mode & 0o777).toBe(0o644)
    expect(await readFile(join(folder, 'bin/run.js'), 'utf8')).toBe('console.log(1)\n')
  })

  it('with paths longer than a tar header holds is unpacked', async () => {
    const path = `${'folder/'.repeat(40)}file.js`
    const long = {[path]: {content: 'x'}}
    const [manifest = {path: ''}] = releaseEntries(long)
    const folder = temporaryFolder()
    const bytes = archive([
      manifest,
      {path: 'PaxHeader', type: 'ExtendedHeader', content: paxRecord('path', `june-echo/${path}`)},
      {path: 'june-echo/short', content: 'x'},
    ])
    const tarball = await writeTarball(folder, bytes)
    const opened = await readReleaseManifest(tarball.path)
    await unpackRelease(tarball.path, opened, join(folder, 'new'))
    await verifyFiles(join(folder, 'new'), opened)
  })
})

const paxRecord = (name: string, value: string): string => {
  const rest = ` ${name}=${value}\n`
  const length = rest.length + String(rest.length + 3).length
  return `${length}${rest}`
}

/** What a gzip holds; undefined where it is damaged. */
const unpacked = (bytes: Buffer): Buffer | undefined => {
  try {
    return gunzipSync(bytes)
  } catch {
    return undefined
  }
}

const changed = (change: (entries: Entry[]) => Entry[]): Buffer => archive(change(structuredClone(good)))
const second = (entry: Entry): Buffer => changed(([manifest = entry, ...others]) => [manifest, entry, ...others])
const withManifest = (other: Parameters<typeof manifestOf>[1]): Buffer =>
  archive(releaseEntries(files, manifestOf(files, other)))

describe('what is no release is refused, and nothing of it stays', () => {
  const table: [name: string, bytes: Buffer, says: RegExp][] = [
    ['a path with ..', second({path: 'june-echo/../../evil'}), /leads outside/],
    ['an absolute path', second({path: '/tmp/evil'}), /leads outside/],
    ['a symbolic link', second({path: 'june-echo/out', type: 'SymbolicLink', linkpath: '/etc'}), /no regular file/],
    [
      'a file through a symbolic link',
      changed(entries => [
        ...entries,
        {path: 'june-echo/out', type: 'SymbolicLink', linkpath: '/tmp'},
        {path: 'june-echo/out/evil', content: 'x'},
      ]),
      /no regular file/,
    ],
    ['a hard link', second({path: 'june-echo/out', type: 'Link', linkpath: '/etc/passwd'}), /no regular file/],
    ['a device', second({path: 'june-echo/null', type: 'CharacterDevice'}), /no regular file/],
    ['a named pipe', second({path: 'june-echo/pipe', type: 'FIFO'}), /no regular file/],
    ['a folder', second({path: 'june-echo/bin', type: 'Directory'}), /no regular file/],
    ['a file that is not declared', second({path: 'june-echo/more', content: 'x'}), /not in its manifest/],
    ['a file of another folder', second({path: 'june-other/run.sh', content: '#!/bin/sh\n'}), /not in its manifest/],
    ['a file twice', changed(entries => [...entries, ...entries.slice(-1)]), /there twice/],
    [
      'a file that is larger than declared',
      changed(entries => entries.map(e => (e.path.endsWith('run.sh') ? {...e, content: '#!/bin/sh\nevil\n'} : e))),
      /its manifest says 10/,
    ],
    [
      'another content of the same size',
      changed(entries => entries.map(e => (e.path.endsWith('run.sh') ? {...e, content: '#!/bin/ev\n'} : e))),
      /was changed/,
    ],
    [
      'another mode',
      changed(entries => entries.map(e => (e.path.endsWith('run.sh') ? {...e, mode: 0o4755} : e))),
      /mode 4755/,
    ],
    ['a missing file', changed(entries => entries.slice(0, -1)), /run.sh is missing/],
    ['no manifest first', changed(entries => entries.slice(1)), /no JSON|first entry/],
    [
      'the manifest of another service',
      archive(releaseEntries(files).map(e => ({...e, path: e.path.replace('june-echo', 'june-x')}))),
      /expected june-echo/,
    ],
    ['a manifest of another format', withManifest({format: 2 as never}), /wrong at format/],
    [
      'a manifest that lists a path outside',
      withManifest({files: [{path: '../evil', size: 0, mode: 0o644, sha256: '0'.repeat(64)}]}),
      /wrong at files.0.path/,
    ],
    [
      'a manifest that lists a file twice',
      withManifest({files: [...manifestOf(files).files, ...manifestOf(files).files]}),
      /twice/,
    ],
    [
      'a manifest with a file below a file',
      withManifest({
        files: [...manifestOf(files).files, {path: 'run.sh/x', size: 0, mode: 0o644, sha256: '0'.repeat(64)}],
      }),
      /below a file/,
    ],
    ['an empty archive', gzipSync(Buffer.alloc(1024)), /./],
    ['no archive', Buffer.from('hello, this is not a tarball at all, but text'.repeat(40)), /./],
    ['an empty file', Buffer.alloc(0), /./],
  ]
  it.each(table)('%s', async (_, bytes, says) => {
    await expect(take(bytes)).rejects.toMatchObject({code: 'RELEASE_INVALID', message: expect.stringMatching(says)})
  })

  it('truncated, at any byte', async () => {
    const whole = archive(good)
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 0, max: whole.length - 1}), async length => {
        await expect(take(whole.subarray(0, length))).rejects.toMatchObject({code: 'RELEASE_INVALID'})
      }),
      {numRuns: 40},
    )
  })

  it('with any byte changed, unless it means nothing', async () => {
    const whole = archive(good)
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 10, max: whole.length - 1}), fc.integer({min: 1, max: 255}), async (at, by) => {
        const bytes = Buffer.from(whole)
        bytes[at] = ((bytes[at] ?? 0) + by) % 256
        // Behind the last bit of the packed text are some that nobody reads.
        if (unpacked(bytes)?.equals(gunzipSync(whole))) return void (await take(bytes))
        await expect(take(bytes)).rejects.toMatchObject({code: 'RELEASE_INVALID'})
      }),
      {numRuns: 40, examples: [[whole.length - 9, 76]]},
    )
  })

  it('a bomb: few bytes that become many', async () => {
    const zeros = Buffer.alloc(20_000_000)
    const bomb = {...files, 'zeros.bin': {content: zeros}}
    const limits = {manifestBytes: 1e6, files: 10, bytes: 1e9, ratio: 50}
    await expect(take(archive(releaseEntries(bomb)), limits)).rejects.toMatchObject({
      message: expect.stringMatching(/far more/),
    })
    // Declared as less than it is: the first file too many ends it.
    await expect(
      take(changed(entries => [...entries, {path: 'june-echo/zeros', content: zeros}])),
    ).rejects.toMatchObject({code: 'RELEASE_INVALID'})
  })

  it('more files or bytes than any release has', async () => {
    const limits = {manifestBytes: 1e6, files: 2, bytes: 1e9, ratio: 200}
    await expect(take(archive(good), limits)).rejects.toMatchObject({message: expect.stringMatching(/more than 2/)})
    await expect(take(archive(good), {...limits, files: 9, bytes: 5})).rejects.toMatchObject({
      message: expect.stringMatching(/more than 5/),
    })
    await expect(take(archive(good), {...limits, files: 9, manifestBytes: 5})).rejects.toMatchObject({
      message: expect.stringMatching(/no manifest/),
    })
  })

  it('a folder that is there already is not unpacked into', async () => {
    const folder = temporaryFolder()
    const {path} = await writeTarball(folder, archive(good))
    await mkdir(join(folder, 'new'))
    await writeFile(join(folder, 'new/mine'), '')
    await expect(unpackRelease(path, await readReleaseManifest(path), join(folder, 'new'))).rejects.toMatchObject({
      code: 'EEXIST',
    })
    expect(await readdir(join(folder, 'new'))).toEqual(['mine'])
  })

  it('a cancelled one', async () => {
    const folder = temporaryFolder()
    const {path} = await writeTarball(folder, archive(good))
    const stop = new AbortController()
    const unpacking = unpackRelease(path, await readReleaseManifest(path), join(folder, 'new'), {signal: stop.signal})
    stop.abort()
    await expect(unpacking).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await readdir(folder)).not.toContain('new')
  })
})

describe('an unpacked release that was changed is noticed', () => {
  const table: [name: string, change: (folder: string) => Promise<unknown>, says: RegExp][] = [
    ['content', folder => writeFile(join(folder, 'run.sh'), '#!/bin/ev\n'), /run.sh was changed/],
    ['size', folder => truncate(join(folder, 'run.sh'), 3), /3 bytes/],
    ['a file more', folder => writeFile(join(folder, 'bin/more.js'), ''), /bin\/more.js is not in/],
    ['a file less', folder => rm(join(folder, 'empty.txt')), /empty.txt is missing/],
    [
      'a link instead of a file',
      async folder => {
        await rm(join(folder, 'run.sh'))
        await symlink('/bin/sh', join(folder, 'run.sh'))
      },
      /no regular file/,
    ],
    [
      'the manifest',
      async folder =>
        writeFile(
          join(folder, 'manifest.json'),
          (await readFile(join(folder, 'manifest.json'), 'utf8')).replace('1.0.0', '6.6.6'),
        ),
      /manifest.json was changed/,
    ],
  ]
  it.each(table)('%s', async (_, change, says) => {
    const folder = temporaryFolder()
    const {path} = await writeTarball(folder, archive(good))
    const manifest = await readReleaseManifest(path)
    await unpackRelease(path, manifest, join(folder, 'new'))
    await change(join(folder, 'new'))
    await expect(verifyFiles(join(folder, 'new'), manifest)).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
      message: expect.stringMatching(says),
    })
  })

  it('a mode is put right', async () => {
    const folder = await take(archive(good))
    const {path} = await writeTarball(folder, archive(good), 'again.tar.gz')
    const manifest = await readReleaseManifest(path)
    await rm(path)
    await rm(`${path}.sha256`)
    await chmod(join(folder, 'run.sh'), 0o600)
    await verifyFiles(folder, manifest)
    expect((await stat(join(folder, 'run.sh'))).mode & 0o777).toBe(0o755)
    await link(join(folder, 'run.sh'), join(folder, 'other.sh'))
    await expect(verifyFiles(folder, manifest)).rejects.toMatchObject({code: 'RELEASE_INVALID'})
  })
})

const disk = openSmallDisk()

it.skipIf(!disk.mounted)(`a full disk leaves nothing behind${disk.whyNot}`, async () => {
  const noise = noiseBytes(3_000_000)
  const {path} = await writeTarball(
    temporaryFolder(),
    archive(releaseEntries({...files, 'noise.bin': {content: noise}})),
  )
  await expect(unpackRelease(path, await readReleaseManifest(path), join(disk.folder, 'new'))).rejects.toMatchObject({
    code: 'ENOSPC',
  })
  expect(await readdir(disk.folder)).toEqual([])
})
