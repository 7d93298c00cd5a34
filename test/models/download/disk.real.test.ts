// A disk that is full or may not be written, and locks that somebody left behind.
import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, mkdir, readFile, stat, utimes, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {takeLock, withLock} from '@essence/core/kit/files/owner-lock'
import {requireSpace} from '@essence/core/models/cache/disk'
import {describe, expect, it} from 'vitest'
import {openSmallDisk} from '../../kit/files/small-disk.ts'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {sha256Of} from '../../peers/hub.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {download, peerFor} from '../setup.ts'
import {storeIn} from '../stand-ins.ts'

const disk = openSmallDisk(2)

const bytes = noiseBytes(4_000_000, 5)
const repos = {'org/model': {files: {'model.bin': bytes}}}

describe('a full disk', () => {
  it.skipIf(!disk.mounted)(`is noticed before anything is fetched${disk.whyNot}`, async () => {
    const peer = await peerFor({repos})
    await expect(download(peer, storeIn(join(disk.folder, 'a')))).rejects.toMatchObject({code: 'DISK_FULL'})
    expect(peer.requests.filter(({server}) => server === 'content')).toEqual([])
  })

  it.skipIf(!disk.mounted)(
    `midway ends the download at once, and the rest fits once there is space${disk.whyNot}`,
    async () => {
      const peer = await peerFor({repos})
      const store = storeIn(join(disk.folder, 'b'))
      const {failed} = await download(peer, store, undefined, {force: true, checkpointBytes: 100_000})
      expect(failed[0]?.error).toMatchObject({code: 'DISK_FULL'})
      expect(peer.requests.filter(({server}) => server === 'content').length).toBe(1)
      execFileSync('mount', ['-o', 'remount,size=16m', disk.folder])
      const before = peer.requests.length
      const {done} = await download(peer, store)
      expect(done.length).toBe(1)
      const range = peer.requests.slice(before).find(({server}) => server === 'content')?.range
      expect(range).toMatch(/^bytes=[1-9]/)
      execFileSync('mount', ['-o', 'remount,size=16m', disk.folder])
    },
  )

  it('counts all files and five per cent', async () => {
    const folder = temporaryFolder()
    await expect(requireSpace(folder, 1e18)).rejects.toMatchObject({code: 'DISK_FULL'})
    await requireSpace(join(folder, 'not', 'there', 'yet'), 1000)
  })
})

const root = process.getuid?.() === 0

it('a cache that may not be written is named', async () => {
  const folder = temporaryFolder()
  const peer = await peerFor({repos})
  // For root no permission is in the way: a file where the folder should be is.
  if (root) await writeFile(join(folder, 'huggingface'), '')
  else {
    await mkdir(join(folder, 'huggingface'))
    await chmod(join(folder, 'huggingface'), 0o500)
  }
  const {failed} = await download(peer, storeIn(folder))
  expect(failed[0]?.error).toMatchObject({code: 'OUTPUT_UNWRITABLE'})
})

describe('a lock', () => {
  it('is held by one at a time', async () => {
    const folder = join(temporaryFolder(), 'x.lock')
    let inside = 0
    let most = 0
    const work = () =>
      withLock(folder, async () => {
        most = Math.max(most, ++inside)
        await new Promise(resolve => setImmediate(resolve))
        inside--
      })
    await Promise.all(Array.from({length: 5}, work))
    expect(most).toBe(1)
  })

  it('that is held says by whom, to who does not want to wait', async () => {
    const folder = join(temporaryFolder(), 'x.lock')
    const lock = await takeLock(folder)
    const error = await takeLock(folder, {wait: false}).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({code: 'LOCKED', message: expect.stringContaining(`process ${process.pid}`)})
    await lock.release()
    await (await takeLock(folder, {wait: false})).release()
  })

  it('of a process that died is taken over, and the late owner notices', async () => {
    const folder = join(temporaryFolder(), 'x.lock')
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    await mkdir(folder)
    const dead = {pid: child.pid, host: hostname(), started: '', id: 'dead'}
    await writeFile(join(folder, 'owner.json'), JSON.stringify(dead))
    const lock = await takeLock(folder, {wait: false})
    expect(await lock.isOurs()).toBe(true)
    await writeFile(join(folder, 'owner.json'), JSON.stringify({...dead, id: 'other'}))
    expect(await lock.isOurs()).toBe(false)
    await lock.release()
    expect((await stat(folder)).isDirectory()).toBe(true)
  })

  it('of another machine counts while it is refreshed, and is dead after a minute of silence', async () => {
    const folder = join(temporaryFolder(), 'x.lock')
    await mkdir(folder)
    const file = join(folder, 'owner.json')
    await writeFile(file, JSON.stringify({pid: 1, host: 'elsewhere', started: '', id: 'far'}))
    await expect(takeLock(folder, {wait: false})).rejects.toMatchObject({code: 'LOCKED'})
    const past = new Date(Date.now() - 61_000)
    await utimes(file, past, past)
    await (await takeLock(folder, {wait: false})).release()
  })

  it('whose number belongs to another process by now is dead', async () => {
    const folder = join(temporaryFolder(), 'x.lock')
    await mkdir(folder)
    await writeFile(
      join(folder, 'owner.json'),
      JSON.stringify({pid: process.pid, host: hostname(), started: '12345', id: 'reused'}),
    )
    await (await takeLock(folder, {wait: false})).release()
  })
})

it('a donor folder is taken from, never written', async () => {
  const folder = temporaryFolder()
  const store = storeIn(folder)
  const blobs = join(store.donors[0] ?? '', 'models--org--model', 'blobs')
  await mkdir(blobs, {recursive: true})
  await writeFile(join(blobs, sha256Of(bytes)), bytes)
  const peer = await peerFor({repos})
  const {done} = await download(peer, store)
  expect(done[0]?.files[0]?.fetched).toBe(false)
  expect(peer.requests.every(({server}) => server === 'hub')).toBe(true)
  expect(await readFile(done[0]?.files[0]?.location ?? '')).toEqual(bytes)
})
