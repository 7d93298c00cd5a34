// `models download --dry-run`: from the catalogue and the cache, without the hub.

import {readdir} from 'node:fs/promises'
import {requiredFor} from '@essence/core/models/catalogue/catalogue'
import {bytesOf} from '@essence/core/models/catalogue/entry'
import {expect, it} from 'vitest'
import {noiseBytes} from '../../kit/noise-bytes.ts'
import {peerFor, standInRepos} from '../../models/setup.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {downloadAsCommand} from './request.ts'

const small = 'whisper-small-q5_1'

it('needs no hub: sizes of the catalogue, marked as such, a total and the free space', async () => {
  const folder = temporaryFolder()
  const {data, lines, error} = await downloadAsCommand('http://127.0.0.1:9', folder, {all: true, dryRun: true})
  expect(error).toBeUndefined()
  const bytes = requiredFor('starter').reduce((sum, entry) => sum + bytesOf(entry), 0)
  expect(data).toMatchObject({profile: 'starter', bytes, toFetch: bytes, models: {length: 5}})
  expect(data).toMatchObject({freeBytes: expect.any(Number)})
  expect(lines).toContainEqual(expect.stringMatching(/^↓ {2}whisper-small-q5_1 +190 MB {2}about$/))
  expect(lines).toContainEqual(expect.stringMatching(/^ +total +1\.7 GB {2}1\.7 GB to download$/))
  expect(lines).toContainEqual('about: the size in the catalogue; the hub has the exact one')
  expect(lines.at(-1)).toMatch(/^[\d.]+ [GT]B are free in .*huggingface$/)
  expect(await readdir(folder)).toEqual([])
})

it('says what is here, and how much of what was begun', async () => {
  const folder = temporaryFolder()
  const peer = await peerFor({repos: standInRepos(), pieceBytes: 1000})
  const repo = peer.repos['unsloth/Qwen3.5-2B-GGUF']
  if (repo) repo.files['Qwen3.5-2B-Q4_K_M.gguf'] = noiseBytes(5_000_000, 3)
  await downloadAsCommand(peer.endpoint, folder, {models: [small]})
  peer.options.fault = ({server}) => (server === 'content' ? {kind: 'drop', after: 3_000_000} : undefined)
  const transfer = {tries: 1, sleep: async () => {}}
  await downloadAsCommand(peer.endpoint, folder, {models: ['qwen3.5-2b'], transfer})
  const before = peer.requests.length
  const {data, lines} = await downloadAsCommand(peer.endpoint, folder, {all: true, dryRun: true})
  expect(peer.requests.length).toBe(before)
  const {models} = data as {models: {id: string; bytes: number; toFetch: number; sizes: string}[]}
  expect(models.find(({id}) => id === small)).toMatchObject({toFetch: 0, sizes: 'exact'})
  const begun = models.find(({id}) => id.startsWith('qwen3.5-2b'))
  expect(begun).toMatchObject({bytes: 5_000_000, sizes: 'exact'})
  expect(begun?.toFetch).toBeLessThan(3_000_000)
  expect(lines).toContainEqual(expect.stringMatching(/^✓ {2}whisper-small-q5_1 +\d+ kB {2}installed$/))
  expect(lines).toContainEqual(expect.stringMatching(/^↓ {2}qwen3\.5-2b\S+ +5\.0 MB {2}3\.0 MB of it are here$/))
})

it('counts a file that several models share once', async () => {
  const models = ['kokoro-82m-q8', 'kokoro-82m-fp32']
  const request = {models, dryRun: true}
  const {data} = await downloadAsCommand('http://127.0.0.1:9', temporaryFolder(), request)
  const {bytes, models: each} = data as {bytes: number; models: {bytes: number}[]}
  expect(each.reduce((sum, model) => sum + model.bytes, 0) - bytes).toBe(14 * 522_240 + 3497)
})

it('asks the hub only for what the catalogue cannot tell, and shows the others without it', async () => {
  const folder = temporaryFolder()
  const peer = await peerFor({repos: {'other/thing': {files: {'a.gguf': noiseBytes(3000, 99)}}}})
  const request = {models: [small], allow: ['other/thing@main', 'other/gone@main'], dryRun: true}
  const {error, lines, report} = await downloadAsCommand(peer.endpoint, folder, request)
  expect(peer.requests.every(({path}) => path.includes('/other/'))).toBe(true)
  expect(lines).toContainEqual(expect.stringMatching(/^↓ {2}whisper-small-q5_1 /))
  expect(lines).toContainEqual(expect.stringMatching(/^↓ {2}other\/thing@main +3 kB$/))
  expect(lines).toContainEqual(expect.stringMatching(/^✗ other\/gone@main: /))
  expect(error).toMatchObject({code: 'REMOTE_REFUSED'})
  expect(report).toMatchObject({failed: [{id: 'other/gone@main'}]})
})
