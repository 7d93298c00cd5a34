import {rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError, isEssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {syncPath} from '../../kit/files/atomic-write.ts'
import type {OpenedManifest} from '../artifact/read-manifest.ts'
import {findShared, type SharedFiles} from '../artifact/share-files.ts'
import {syncRelease} from '../artifact/sync-files.ts'
import {unpackRelease} from '../artifact/unpack.ts'
import {verifyFiles} from '../artifact/verify-files.ts'
import type {Host} from '../host/host.ts'
import type {ServiceLayout} from '../host/layout.ts'
import {installedManifest} from '../host/releases.ts'
import {type ServiceState, writeServiceState} from '../host/service-state.ts'
import type {Steps} from '../host/steps.ts'
import {openFitting} from './check-tarball.ts'
import type {DeployInput} from './port.ts'

export interface PlaceContext {
  state: ServiceState
  /** The release that serves. */
  current: string | undefined
  envFile: string | undefined
  steps: Steps
  signal: AbortSignal
}

export interface Placed extends OpenedManifest {
  /** It was not here before, or not whole: it can be removed when the deploy fails. */
  isNew: boolean
}

/**
 * Unpacks a release under a name that is not taken for one, checks every file, and only then, when all is on the disk, gives it its
 * name and its record. A good release that is here, the one that serves above all, is left as it is: its files are checked.
 * @throws RELEASE_INVALID, RELEASE_UNFIT, DISK_FULL, CANCELLED; the system's error
 */
export const placeRelease = async (
  host: Host,
  layout: ServiceLayout,
  input: DeployInput,
  {state, current, envFile, steps, signal}: PlaceContext,
): Promise<Placed> => {
  const fresh = join(layout.releases, `.new-${process.pid}`)
  try {
    const placed = await steps.do('unpack', async say => {
      const found = await openFitting(host, input, layout.releases)
      const {build, files} = found.manifest
      const isGood = state.releases[build]?.state === 'good'
      const isHere = build === current || (isGood && (await isWhole(layout, found, signal)))
      if (isHere) say(`${build} is here already`)
      else {
        const shared = await sharedWith(layout, current, found, signal)
        await unpackRelease(input.tarball, found, fresh, {signal, shared})
        say(`${build}, ${files.length} files${shared.size > 0 ? `, ${shared.size} of them as in ${current}` : ''}`)
      }
      return {...found, isNew: !isHere}
    })
    const {build} = placed.manifest
    await steps.do('files', async () => {
      if (placed.isNew) {
        await verifyFiles(fresh, placed, {signal, written: true})
        await syncRelease(fresh, placed.manifest, signal)
      } else if (build === current) await requireSame(layout, placed, signal)
    })
    if (!placed.isNew) return placed
    await rm(join(layout.releases, build), {recursive: true, force: true})
    await rename(fresh, join(layout.releases, build))
    await syncPath(layout.releases)
    state.releases[build] = {state: 'unpacked', unpackedAt: new Date().toISOString(), envFile}
    await writeServiceState(layout, state)
    return placed
  } finally {
    await rm(fresh, {recursive: true, force: true})
  }
}

/** @throws RELEASE_INVALID when what is installed under that build id is another release, or was changed */
const requireSame = async (layout: ServiceLayout, opened: OpenedManifest, signal: AbortSignal): Promise<void> => {
  const {build} = opened.manifest
  const installed = await installedManifest(layout, build)
  if (!installed.bytes.equals(opened.bytes)) {
    throw new EssenceError('RELEASE_INVALID', `Another release with the build id ${build} is here already.`, {
      suggestions: ['Build it anew: another content gets another id.'],
    })
  }
  await verifyFiles(join(layout.releases, build), opened, {signal, more: true})
}

const isWhole = (layout: ServiceLayout, opened: OpenedManifest, signal: AbortSignal): Promise<boolean> =>
  requireSame(layout, opened, signal).then(
    () => true,
    error => {
      throwIfCancelled(signal)
      if (isEssenceError(error)) return false
      throw error
    },
  )

/** Of a release that serves and cannot be read, nothing is shared: a new one must not fail for it. */
const sharedWith = async (
  layout: ServiceLayout,
  current: string | undefined,
  {manifest}: OpenedManifest,
  signal: AbortSignal,
): Promise<SharedFiles> => {
  if (current === undefined) return new Map()
  const held = await installedManifest(layout, current).catch(() => undefined)
  return held
    ? findShared(manifest, {folder: join(layout.releases, current), manifest: held.manifest}, signal)
    : new Map()
}
