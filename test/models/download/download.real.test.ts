import {lstat, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {findInstalled} from '@essence/core/models/cache/installed'
import {readLockFile} from '@essence/core/models/cache/lock-file'
import {expect, it} from 'vitest'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {commitOf, gitIdOf, sha256Of} from '../../peers/hub.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {download, peerFor} from '../setup.ts'
import {storeIn, wantedFile} from '../stand-ins.ts'

it('downloads into the layout of the Hugging Face cache, verified, and needs no network afterwards', async () => {
  const store = storeIn(temporaryFolder())
  const weights = noiseBytes(300_000)
  const config = Buffer.from('{"a": 1}\n')
  const repo = {files: {'sub/model.bin': weights, 'config.json': config}, small: ['config.json']}
  const peer = await peerFor({repos: {'org/model': repo}})
  const wanted = {
    ...wantedFile(),
    files: [
      {path: 'sub/model.bin', bytes: 1},
      {path: 'config.json', bytes: 1},
    ],
  }
  const {done, failed} = await download(peer, store, [wanted])
  expect(failed).toEqual([])

  const folder = join(store.root, 'models--org--model')
  const commit = commitOf(repo)
  expect(await readFile(join(folder, 'refs', 'main'), 'utf8')).toBe(commit)
  expect(await readFile(join(folder, 'blobs', sha256Of(weights)))).toEqual(weights)
  expect(await readFile(join(folder, 'blobs', gitIdOf(config)))).toEqual(config)
  const path = join(folder, 'snapshots', commit, 'sub', 'model.bin')
  expect((await lstat(path)).isSymbolicLink()).toBe(true)
  expect(await readFile(path)).toEqual(weights)
  expect(done[0]?.files.map(({sha256}) => sha256)).toEqual([sha256Of(weights), sha256Of(config)])
  expect((await readLockFile(store.lockFile))['m']).toMatchObject({commit, repo: 'org/model'})

  const before = peer.requests.length
  const again = await download(peer, store, [wanted])
  expect(again.done[0]?.files.every(({fetched}) => !fetched)).toBe(true)
  expect(peer.requests.length).toBe(before)
  expect((await findInstalled(wanted, store.root))?.files[0]?.location).toBe(path)
})
