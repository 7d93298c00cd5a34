import {readdir, readFile, readlink, rm} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {type OpenedManifest, parseManifest} from '../artifact/read-manifest.ts'
import {buildId} from '../manifest.ts'
import type {ServiceLayout} from './layout.ts'
import {newestGood, selectPrunable} from './prune.ts'
import {loadServiceState, type ServiceState, writeServiceState} from './service-state.ts'

const absent = new Set(['ENOENT', 'ENOTDIR', 'EINVAL'])

/** The release `current` points at. */
export const currentBuild = async (layout: ServiceLayout): Promise<string | undefined> => {
  const target = await readlink(layout.current).catch((error: unknown) => {
    if (absent.has(systemCodeOf(error) ?? '')) return ''
    throw error
  })
  return buildId.safeParse(basename(target)).data
}

const foldersOf = (path: string): Promise<string[]> =>
  readdir(path).catch((error: unknown) => {
    if (absent.has(systemCodeOf(error) ?? '')) return []
    throw error
  })

/** The manifest of an unpacked release. */
export const installedManifest = async (layout: ServiceLayout, build: string): Promise<OpenedManifest> => {
  const folder = join(layout.releases, build)
  const bytes = await readFile(join(folder, 'manifest.json')).catch((cause: unknown) => {
    throw new EssenceError('RELEASE_UNKNOWN', `${folder} has no manifest that can be read.`, {cause})
  })
  return {bytes, manifest: parseManifest(bytes, folder)}
}

/**
 * Puts right what a killed deploy left, and gives the state of the service. The caller holds the lock.
 *
 * The link `current` is moved only to a release that was ready and stayed so: one it points at is good, whatever the
 * record says. One that is only unpacked did not get so far. A folder without a record was not even unpacked.
 * @throws RELEASE_INVALID when the state cannot be read
 */
export const recoverState = async (layout: ServiceLayout): Promise<ServiceState> => {
  await makeFolder(layout.releases)
  const [state, current, folders] = await Promise.all([
    loadServiceState(layout),
    currentBuild(layout),
    foldersOf(layout.releases),
  ])
  for (const folder of folders) {
    if (state.releases[folder] || folder === current) continue
    await removeFolder(join(layout.releases, folder))
  }
  const now = new Date().toISOString()
  for (const [build, record] of Object.entries(state.releases)) {
    if (!folders.includes(build)) delete state.releases[build]
    else if (record.state !== 'good' && build === current) {
      state.previous = newestGood(state.releases)
      state.releases[build] = {...record, state: 'good', deployedAt: now}
      state.envFile = record.envFile ?? state.envFile
    } else if (record.state === 'unpacked') {
      state.releases[build] = {...record, state: 'failed', reason: 'its deploy was interrupted'}
    }
  }
  if (current && folders.includes(current)) {
    state.releases[current] ??= {state: 'good', unpackedAt: now, deployedAt: now}
  }
  await writeServiceState(layout, state)
  return state
}

/** What cannot be removed now, as a folder that something is mounted on, is tried again with the next operation: it hinders nothing. */
const removeFolder = (path: string): Promise<void> => rm(path, {recursive: true, force: true}).catch(() => {})

/** Removes releases that are not needed any more, first their records, so that half a folder is never trusted. */
export const pruneReleases = async (layout: ServiceLayout, state: ServiceState, keep: number): Promise<string[]> => {
  const {releases: records, previous} = state
  const builds = selectPrunable({records, previous, keep, current: await currentBuild(layout)})
  for (const build of builds) delete state.releases[build]
  await writeServiceState(layout, state)
  for (const build of builds) await removeFolder(join(layout.releases, build))
  return builds
}
