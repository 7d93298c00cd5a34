import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {type DownloadOptions, downloadModels} from '@essence/core/models/download'
import {openHub} from '@essence/core/models/hub-request'
import {type PlanOptions, planDownload, type Wanted} from '@essence/core/models/plan'
import type {ModelStore} from '@essence/core/models/store'
import {onTestFinished} from 'vitest'
import {type HubPeer, type HubPeerOptions, openHubPeer} from '../peers/hub.ts'

/** Bytes no compressor and no repetition explains: mulberry32. */
export const noise = (length: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(length)
  let state = seed >>> 0
  for (let at = 0; at < length; at++) {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    bytes[at] = (mixed ^ (mixed >>> 14)) & 255
  }
  return bytes
}

/** A folder that is gone after the test. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'essence-models-'))
  onTestFinished(() => rm(folder, {recursive: true, force: true}))
  return folder
}

export const storeIn = (folder: string): ModelStore => ({
  root: join(folder, 'huggingface'),
  donors: [join(folder, 'transformers')],
  lockFile: join(folder, 'models.lock.json'),
})

export const peerFor = async (options: HubPeerOptions): Promise<HubPeer> => {
  const peer = await openHubPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

export const wantedFile = (id = 'm', repo = 'org/model', path = 'model.bin'): Wanted => ({
  id,
  repo,
  revision: 'main',
  files: [{path, bytes: 1}],
})

type Options = Partial<DownloadOptions> &
  Partial<PlanOptions> & {token?: import('@essence/core/kit/secret').Secret; stallMs?: number}

/** Plans and downloads, with pauses short enough for a test. */
export const download = async (
  peer: HubPeer,
  store: ModelStore,
  wanted: Wanted[] = [wantedFile()],
  options: Options = {},
) => {
  const {token, stallMs = 5000, ...rest} = options
  const hub = openHub({endpoint: peer.endpoint, token, stallMs})
  const shared = {firstPauseMs: 1, tries: 4, store, hub, ...rest}
  try {
    return await downloadModels(await planDownload(wanted, shared), shared)
  } finally {
    await hub.dispatcher.close()
  }
}
