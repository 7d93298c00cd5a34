// What is left over in a cache, and what is not: files in use, of other tools, or just being downloaded.

import {mkdir, readdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {takeLock} from '@essence/core/kit/files/owner-lock'
import {whileChanging} from '@essence/core/models/cache/cache-users'
import {findInstalled} from '@essence/core/models/cache/installed'
import {findLeftovers} from '@essence/core/models/cache/leftovers'
import {readLockFile} from '@essence/core/models/cache/lock-file'
import {pruneCache} from '@essence/core/models/cache/prune'
import {removeModel} from '@essence/core/models/cache/remove'
import type {ModelStore} from '@essence/core/models/cache/store'
import {describe, expect, it} from 'vitest'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {type HubPeer, sha256Of} from '../../peers/hub.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {download, peerFor} from '../setup.ts'
import {storeIn, wantedFile} from '../stand-ins.ts'

const [first, second] = [noiseBytes(300_000, 1), noiseBytes(300_000, 2)]

interface Setting {
  peer: HubPeer
  store: ModelStore
  folder: string
  blobs: string
}

const setting = async (): Promise<Setting> => {
  const peer = await peerFor({repos: {'org/model': {files: {'model.bin': first}}}})
  const store = storeIn(temporaryFolder())
  const folder = join(store.root, 'models--org--model')
  return {peer, store, folder, blobs: join(folder, 'blobs')}
}

/** Leaves half a file, as a download that was cut off. */
const cutOff = async ({peer, store}: Setting): Promise<void> => {
  peer.options.fault = ({server}) => (server === 'content' ? {kind: 'drop', after: 200_000} : undefined)
  await download(peer, store, undefined, {parts: 1, tries: 1})
  peer.options.fault = () => undefined
}

const updateTo = async ({peer, store}: Setting, bytes: Buffer): Promise<void> => {
  peer.repos['org/model'] = {files: {'model.bin': bytes}}
  await download(peer, store, undefined, {update: true})
}

const kindsIn = async (store: ModelStore) => (await findLeftovers(store)).leftovers.map(({kind}) => kind)

const pruneAll = async (store: ModelStore) => pruneCache((await findLeftovers(store)).leftovers, store)

describe('prune', () => {
  it('finds nothing in a cache that is not there, or has what it needs', async () => {
    const s = await setting()
    expect(await findLeftovers(s.store)).toEqual({leftovers: [], held: []})
    await download(s.peer, s.store)
    expect(await findLeftovers(s.store)).toEqual({leftovers: [], held: []})
  })

  it('removes an unfinished download by the name of its file', async () => {
    const s = await setting()
    await cutOff(s)
    const [leftover] = (await findLeftovers(s.store)).leftovers
    expect(leftover).toMatchObject({kind: 'unfinished', repo: 'org/model', what: 'model.bin'})
    expect(leftover?.bytes).toBeGreaterThan(100_000)
    expect(await pruneAll(s.store)).toBe(leftover?.bytes)
    expect(await readdir(s.blobs)).toEqual([])
  })

  it('removes the version before an update, and keeps the one of now', async () => {
    const s = await setting()
    await download(s.peer, s.store)
    await updateTo(s, second)
    expect(await kindsIn(s.store)).toEqual(['old'])
    await pruneAll(s.store)
    expect(await readdir(s.blobs)).toEqual([sha256Of(second)])
    expect((await readdir(join(s.folder, 'snapshots'))).length).toBe(1)
    expect((await readdir(join(s.folder, 'complete'))).length).toBe(1)
    const lock = (await readLockFile(s.store.lockFile))['m']
    expect(await findInstalled(wantedFile(), s.store.root, lock)).toBeDefined()
    expect(await kindsIn(s.store)).toEqual([])
  })

  it('keeps of an old version what the new one has too', async () => {
    const s = await setting()
    s.peer.repos['org/model'] = {files: {'model.bin': first, 'voice.bin': second}}
    const both = {...wantedFile(), files: ['model.bin', 'voice.bin'].map(path => ({path, bytes: 1}))}
    await download(s.peer, s.store, [both])
    s.peer.repos['org/model'] = {files: {'model.bin': noiseBytes(1000, 3), 'voice.bin': second}}
    await download(s.peer, s.store, [both], {update: true})
    const [old] = (await findLeftovers(s.store)).leftovers
    // And the links.
    expect(Math.abs((old?.bytes ?? 0) - (await stat(join(s.blobs, sha256Of(first)))).blocks * 512)).toBeLessThan(20_000)
    await pruneAll(s.store)
    expect((await readdir(s.blobs)).sort()).toEqual([sha256Of(noiseBytes(1000, 3)), sha256Of(second)].sort())
  })

  it('removes what was put aside, what no snapshot leads to, and what a killed import left', async () => {
    const s = await setting()
    await download(s.peer, s.store)
    await writeFile(join(s.blobs, 'a'.repeat(64)), noiseBytes(5000, 9))
    await mkdir(join(s.folder, 'quarantine'))
    await writeFile(join(s.folder, 'quarantine', 'b'.repeat(64)), noiseBytes(5000, 8))
    await mkdir(join(s.store.root, '.import', 'blobs'), {recursive: true})
    await writeFile(join(s.store.root, '.import', 'blobs', 'c'.repeat(64)), noiseBytes(5000, 7))
    expect((await kindsIn(s.store)).sort()).toEqual(['import', 'unused', 'wrong'])
    await pruneAll(s.store)
    expect(await readdir(s.blobs)).toEqual([sha256Of(first)])
    expect(await readdir(s.store.root)).toEqual(['models--org--model'])
  })
})

describe('prune leaves alone', () => {
  it('a file that another process downloads, also when it began after the question', async () => {
    const s = await setting()
    await cutOff(s)
    const {leftovers} = await findLeftovers(s.store)
    const lock = await takeLock(join(s.blobs, `${sha256Of(first)}.lock`), {note: 'the other'})
    expect(await pruneCache(leftovers, s.store)).toBe(0)
    const now = await findLeftovers(s.store)
    expect(now.leftovers).toEqual([])
    expect(now.held).toEqual([expect.stringMatching(/^model\.bin of org\/model: the other \(process \d+\)$/)])
    await lock.release()
    expect((await readdir(s.blobs)).length).toBe(2)
  })

  it('finished files and versions, while any process changes the cache', async () => {
    const s = await setting()
    await download(s.peer, s.store)
    await updateTo(s, second)
    await writeFile(join(s.blobs, 'a'.repeat(64)), noiseBytes(5000, 9))
    const {leftovers} = await findLeftovers(s.store)
    expect(leftovers.length).toBe(2)
    await whileChanging(s.store.root, 'a test', async () => {
      expect(await pruneCache(leftovers, s.store)).toBe(0)
      expect((await findLeftovers(s.store)).held.length).toBe(1)
    })
    expect(await pruneAll(s.store)).toBeGreaterThan(300_000)
  })

  it('a version that a ref names, and one that we did not download', async () => {
    const s = await setting()
    await download(s.peer, s.store)
    await writeFile(s.store.lockFile, JSON.stringify({version: 1, models: {}}))
    expect(await kindsIn(s.store)).toEqual([])
    await mkdir(join(s.folder, 'snapshots', 'd'.repeat(40)), {recursive: true})
    await writeFile(join(s.folder, 'snapshots', 'd'.repeat(40), 'model.bin'), 'of another tool')
    // Copies in place of links: which blob is used by whom cannot be told here.
    await writeFile(join(s.blobs, 'a'.repeat(64)), noiseBytes(5000, 9))
    expect(await kindsIn(s.store)).toEqual([])
  })

  it('what begins while it runs: that waits until it is done', async () => {
    const {store} = await setting()
    const prune = await takeLock(join(store.root, '.prune.lock'))
    const order: string[] = []
    const onWait = (): void => {
      order.push('waits')
      prune.release()
    }
    await whileChanging(store.root, 'a test', async () => void order.push('changes'), {onWait})
    expect(order).toEqual(['waits', 'changes'])
    expect(await readdir(store.root)).toEqual([])
  })
})

describe('a removal', () => {
  it('is refused while any process changes the cache, and frees the space after it', async () => {
    const s = await setting()
    await download(s.peer, s.store)
    const model = await findInstalled(wantedFile(), s.store.root)
    if (!model) return expect.unreachable()
    await whileChanging(s.store.root, 'a download', async () => {
      await expect(removeModel(model, 'org/model', s.store)).rejects.toMatchObject({
        code: 'LOCKED',
        message: expect.stringContaining(`a download (process ${process.pid})`),
      })
    })
    expect(await removeModel(model, 'org/model', s.store)).toBe(first.length)
  })
})
