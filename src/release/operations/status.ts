import {readdir, stat, statfs} from 'node:fs/promises'
import {userInfo} from 'node:os'
import {dirname} from 'node:path'
import {systemCodeOf} from '../../kit/errors.ts'
import type {Host} from '../host/host.ts'
import {serviceLayout} from '../host/layout.ts'
import {currentBuild, installedManifest} from '../host/releases.ts'
import {readServiceState} from '../host/service-state.ts'
import {serviceName} from '../manifest.ts'
import type {OperationHandler, ServiceStatus} from './port.ts'

const statusOf = async (host: Host, service: string): Promise<ServiceStatus | undefined> => {
  const layout = serviceLayout(host.root, service)
  // A folder of another kind, as of logs, is no service.
  if (!(await stat(layout.releases).catch(() => undefined))) return undefined
  const [state, current, control] = await Promise.all([
    readServiceState(layout),
    currentBuild(layout),
    host.supervision.connect(layout),
  ])
  const running = await control?.status().finally(() => control.close())
  const releases = Object.entries(state.releases)
    .map(([build, {state: of, deployedAt}]) => ({
      ...{build, state: of, deployedAt},
      ...{current: build === current, previous: build === state.previous},
    }))
    .sort((a, b) => (a.build < b.build ? 1 : -1))
  const release = current === undefined ? undefined : await installedManifest(layout, current).catch(() => undefined)
  const handover = state.handover ?? release?.manifest.handover
  return {service, current, running, releases, handover, systemd: state.systemd}
}

/** What is deployed and what runs: of one service, or of all there are. */
export const status =
  (host: Host): OperationHandler<'status'> =>
  async ({service}) => {
    const names =
      service === undefined
        ? (
            await readdir(host.root.root).catch((error: unknown) => {
              if (systemCodeOf(error) === 'ENOENT') return []
              throw error
            })
          ).filter(name => serviceName.safeParse(name).success)
        : [service]
    const all = await Promise.all(names.sort().map(name => statusOf(host, name)))
    return all.filter(one => one !== undefined)
  }

const freeBytes = async (folder: string): Promise<number> => {
  try {
    const {bavail, bsize} = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    return freeBytes(dirname(folder))
  }
}

export const facts =
  (host: Host): OperationHandler<'facts'> =>
  async () => ({
    ...host.machine,
    root: host.root.root,
    user: userInfo().username,
    freeBytes: await freeBytes(host.root.root),
  })
