// What comes from outside and means harm, or is merely broken; and work that meets itself.
import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {exportModels, importModels} from '@essence/core/models/cache/bundle'
import {lockedModels} from '@essence/core/models/cache/inventory'
import {readLockFile} from '@essence/core/models/cache/lock-file'
import {allowedModel} from '@essence/core/models/download/plan'
import {readSnapshot} from '@essence/core/models/hub/hub'
import {openHub} from '@essence/core/models/hub/hub-request'
import {afterEach, describe, expect, it, onTestFinished, vi} from 'vitest'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {download, peerFor} from '../setup.ts'
import {storeIn, wantedFile} from '../stand-ins.ts'

const bytes = noiseBytes(300_000, 5)
const repos = {'org/model': {files: {'model.bin': bytes}}}

afterEach(() => {
  vi.unstubAllEnvs()
})

const bundleIn = async (folder: string, name = 'bundle', files: Record<string, Buffer> = {'model.bin': bytes}) => {
  const peer = await peerFor({repos: {'org/model': {files}}})
  const store = storeIn(join(folder, 'first'))
  await download(peer, store, [allowedModel('org/model', 'main')])
  await exportModels(await lockedModels(store), join(folder, name))
  return join(folder, name)
}

describe('a bundle', () => {
  it('cannot name a place outside the cache', async () => {
    const folder = temporaryFolder()
    const bundle = await bundleIn(folder)
    const manifest = join(bundle, 'essence-models.json')
    const text = await readFile(manifest, 'utf8')
    const target = storeIn(join(folder, 'second'))
    for (const [from, to] of [
      ['"revision": "main"', '"revision": "../../../../stolen"'],
      ['"path": "model.bin"', '"path": "../../../../../stolen"'],
      ['"repo": "org/model"', '"repo": "../../stolen"'],
      ['"id": "org', '"id": "\\u001b[31morg'],
    ] as const) {
      await writeFile(manifest, text.replace(from, to))
      await expect(importModels(bundle, target), to).rejects.toMatchObject({code: 'MODEL_INVALID'})
    }
    expect((await readdir(folder)).sort()).toEqual(['bundle', 'first', 'second'])
    await writeFile(manifest, text)
    expect(await importModels(bundle, target)).toEqual(['org/model@main'])
  })

  it('with a pipe in place of a file is refused, not waited for', async () => {
    const folder = temporaryFolder()
    const bundle = await bundleIn(folder)
    const [name = ''] = await readdir(join(bundle, 'blobs'))
    await rm(join(bundle, 'blobs', name))
    execFileSync('mkfifo', [join(bundle, 'blobs', name)])
    await expect(importModels(bundle, storeIn(join(folder, 'second')))).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    })
  })

  it('that tar made of an exported folder is as good as our own', async () => {
    const folder = temporaryFolder()
    const bundle = await bundleIn(folder)
    execFileSync('tar', ['cf', join(folder, 'by-hand.tar'), '-C', bundle, '.'])
    expect(await importModels(join(folder, 'by-hand.tar'), storeIn(join(folder, 'second')))).toEqual(['org/model@main'])
  })

  it('is imported by several at once, also after one that was killed', async () => {
    const folder = temporaryFolder()
    const tar = await bundleIn(folder, 'bundle.tar')
    const store = storeIn(join(folder, 'second'))
    await mkdir(join(store.root, '.import', 'blobs'), {recursive: true})
    await Promise.all([1, 2, 3].map(() => importModels(tar, store)))
    expect(await readdir(store.root)).toEqual(['models--org--model'])
  })

  it('whose import is cancelled leaves nothing behind', async () => {
    const folder = temporaryFolder()
    const tar = await bundleIn(folder, 'bundle.tar', {'model.bin': noiseBytes(20_000_000, 6)})
    const store = storeIn(join(folder, 'second'))
    const controller = new AbortController()
    const ended = expect(importModels(tar, store, {signal: controller.signal})).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    await vi.waitUntil(() => stat(join(store.root, '.import')).catch(() => false), {interval: 1, timeout: 10_000})
    controller.abort()
    await ended
    expect(await readdir(store.root)).toEqual([])
  })

  it('is not written under the name of a compressed archive', async () => {
    await expect(exportModels([], join(temporaryFolder(), 'models.tar.gz'))).rejects.toMatchObject({
      code: 'USAGE',
    })
  })
})

describe('a hub', () => {
  it('that names files with terminal codes in them is not repeated', async () => {
    const files = {'good.bin': bytes, 'bad\u001b[2J.bin': bytes, 'bad\u202enib.exe': bytes}
    const peer = await peerFor({repos: {'org/model': {files}}})
    const store = storeIn(temporaryFolder())
    const {done} = await download(peer, store, [allowedModel('org/model', 'main')])
    expect(done[0]?.files.map(({path}) => path)).toEqual(['good.bin'])
  })

  it('that answers without end is cut off', async () => {
    const piece = Buffer.alloc(1 << 20, ' ')
    const server = createServer(async (_, response) => {
      response.writeHead(200, {'content-type': 'application/json'})
      while (!response.destroyed) await new Promise(written => response.write(piece, written))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close().closeAllConnections())
    const hub = openHub({endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`})
    onTestFinished(() => hub.dispatcher.destroy())
    await expect(readSnapshot(hub, 'org/model', 'main')).rejects.toMatchObject({code: 'REMOTE_REFUSED'})
  })

  it('behind a proxy that is no address: the setting is named, its password is not', () => {
    vi.stubEnv('HTTPS_PROXY', 'user:secret@proxy:3128')
    vi.stubEnv('https_proxy', 'user:secret@proxy:3128')
    expect(() => openHub({endpoint: 'https://hub.example'})).toThrow(
      expect.objectContaining({code: 'CONFIG_INVALID', message: expect.not.stringContaining('secret')}),
    )
  })
})

it('a damaged models.lock.json is told, and stays as it is', async () => {
  const peer = await peerFor({repos})
  const store = storeIn(temporaryFolder())
  await download(peer, store)
  const text = (await readFile(store.lockFile, 'utf8')).replace('"version": 1', '"version": 2')
  await writeFile(store.lockFile, text)
  await expect(readLockFile(store.lockFile)).rejects.toMatchObject({code: 'MODEL_INVALID'})
  await expect(download(peer, store)).rejects.toMatchObject({code: 'MODEL_INVALID'})
  expect(await readFile(store.lockFile, 'utf8')).toBe(text)
})

it('many models of one repository that share files are taken over at the same moment', async () => {
  const paths = ['a', 'b', 'c', 'd']
  const files = Object.fromEntries(paths.map((path, seed) => [path, noiseBytes(3000, seed)]))
  const peer = await peerFor({repos: {'org/model': {files}}})
  const folder = temporaryFolder()
  const store = storeIn(folder)
  await download(peer, {...store, root: store.donors[0] ?? ''}, [allowedModel('org/model', 'main')])
  await rm(store.lockFile)
  const wanted = Array.from({length: 4}, (_, at) => ({
    ...wantedFile(`m${at}`),
    files: paths.map(path => ({path, bytes: 1})),
  }))
  const {done, failed} = await download(peer, store, wanted, {filesAtOnce: 16})
  expect(failed).toEqual([])
  expect(done.length).toBe(4)
  expect((await readdir(store.root, {recursive: true})).filter(name => /tmp|adopted|lock/.test(name))).toEqual([])
})

it('what is here already is not written again: a cache that is only read will do', async () => {
  const peer = await peerFor({repos})
  const store = storeIn(temporaryFolder())
  const inodes = async () => {
    const paths = (await readdir(store.root, {recursive: true})).map(path => join(store.root, path)).sort()
    return Promise.all([...paths, store.lockFile].map(async path => [path, (await stat(path)).ino]))
  }
  await download(peer, store)
  const before = await inodes()
  await download(peer, store)
  expect(await inodes()).toEqual(before)
})
