import type {ModelStore} from '@essence/core/models/cache/store'
import {catalogue} from '@essence/core/models/catalogue/catalogue'
import {downloadModels} from '@essence/core/models/download/download'
import type {DownloadOptions} from '@essence/core/models/download/download-options'
import {type PlanOptions, planDownload} from '@essence/core/models/download/plan'
import type {Wanted} from '@essence/core/models/download/plan-model'
import {openHub} from '@essence/core/models/hub/hub-request'
import {onTestFinished} from 'vitest'
import {noiseBytes} from '../kit/noise-bytes.ts'
import {type HubPeer, type HubPeerOptions, openHubPeer, type PeerRepo} from '../peers/hub.ts'
import {wantedFile} from './stand-ins.ts'

export const peerFor = async (options: HubPeerOptions): Promise<HubPeer> => {
  const peer = await openHubPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

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

/** Every file of the catalogue, a few kilobytes each. */
export const standInRepos = (): Record<string, PeerRepo> => {
  const repos: Record<string, PeerRepo> = {}
  let seed = 1
  for (const {repo, files} of catalogue) {
    repos[repo] ??= {files: {}, small: []}
    const known = repos[repo]
    for (const {path} of files) {
      known.files[path] ??= noiseBytes(5000 + (seed % 7) * 100, seed++)
      if (path.endsWith('.json')) known.small?.push(path)
    }
  }
  return repos
}
