import {rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import type {OpenedManifest} from '../artifact/read-manifest.ts'
import {unpackRelease} from '../artifact/unpack.ts'
import {verifyFiles} from '../artifact/verify-files.ts'
import {openFitting} from './check-tarball.ts'
import type {Host} from './host.ts'
import type {ServiceLayout} from './layout.ts'
import type {DeployInput} from './operations.ts'
import {installedManifest} from './releases.ts'
import {type ServiceState, writeServiceState} from './service-state.ts'
import type {Steps} from './steps.ts'

export interface PlaceContext {
  state: ServiceState
  /** The release that serves. */
  current: string | undefined
  envFile: string | undefined
  steps: Steps
  signal: AbortSignal
}

/**
 * Unpacks a release under a name that nobody takes for one, checks every file, and only then gives it its name and its
 * record. The release that serves is left as it is: its files are checked.
 * @throws RELEASE_INVALID, RELEASE_UNFIT, DISK_FULL, CANCELLED; the system's error
 */
export const placeRelease = async (
  host: Host,
  layout: ServiceLayout,
  input: DeployInput,
  {state, current, envFile, steps, signal}: PlaceContext,
): Promise<OpenedManifest> => {
  const fresh = join(layout.releases, `.new-${process.pid}`)
  try {
    const opened = await steps.do('unpack', async say => {
      const found = await openFitting(host, input, layout.releases)
      const {build, files} = found.manifest
      if (build !== current) await unpackRelease(input.tarball, found, fresh, signal)
      say(build === current ? `${build} is here already` : `${build}, ${files.length} files`)
      return found
    })
    const {build} = opened.manifest
    const isCurrent = build === current
    await steps.do('files', async () => {
      if (isCurrent) await requireSame(layout, opened)
      await verifyFiles(isCurrent ? join(layout.releases, build) : fresh, opened, {
        ...{signal, more: isCurrent, written: !isCurrent},
      })
    })
    if (isCurrent) return opened
    await rm(join(layout.releases, build), {recursive: true, force: true})
    await rename(fresh, join(layout.releases, build))
    state.releases[build] = {state: 'unpacked', unpackedAt: new Date().toISOString(), envFile}
    await writeServiceState(layout, state)
    return opened
  } finally {
    await rm(fresh, {recursive: true, force: true})
  }
}

const requireSame = async (layout: ServiceLayout, {manifest, bytes}: OpenedManifest): Promise<void> => {
  const installed = await installedManifest(layout, manifest.build)
  if (installed.bytes.equals(bytes)) return
  throw new EssenceError('RELEASE_INVALID', `Another release with the build id ${manifest.build} serves already.`, {
    suggestions: ['Build it anew: another content gets another id.'],
  })
}
