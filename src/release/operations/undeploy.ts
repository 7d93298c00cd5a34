import {readdir, rename, rm, stat} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {inFolder} from '../host/file-error.ts'
import type {Host} from '../host/host.ts'
import {type ServiceLayout, serviceLayout} from '../host/layout.ts'
import {currentBuild} from '../host/releases.ts'
import {loadServiceState, type ServiceState, writeServiceState} from '../host/service-state.ts'
import {supervisorPaths} from '../supervisor/paths.ts'
import {releaseSettings} from '../supervisor/process/release-plan.ts'
import {readAccount} from '../supervisor/systemd/account.ts'
import {withServiceLock} from './lock.ts'
import type {OperationHandler} from './port.ts'
import {endSupervisor, notDeployed} from './start-stop.ts'

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Log files of a service, also those put aside: `telegram.log`, `telegram.log.1` … */
const logsOf = async ({log, consoleLog}: ServiceLayout): Promise<string[]> => {
  const folder = dirname(log)
  const names = await readdir(folder).catch(() => [])
  const ours = [log, consoleLog].map(path => basename(path))
  return names.filter(name => ours.includes(name.replace(/\.\d+$/, ''))).map(name => join(folder, name))
}

/** The folder that is the service's alone: below the one that the services of a machine may share. */
const dataOf = async (layout: ServiceLayout, {envFile, user}: ServiceState): Promise<string | undefined> => {
  const build = await currentBuild(layout)
  if (build === undefined) return undefined
  const account = user === undefined ? undefined : await readAccount(user)
  // With another home than the service had, it would be somebody else's data.
  if (user !== undefined && !account) return undefined
  // A release that does not tell is no reason to keep it.
  const settings = await releaseSettings(join(layout.releases, build), envFile, account?.home).catch(() => undefined)
  const shared = settings?.get('JUNE_DATA_DIR')
  return typeof shared === 'string' ? join(shared, layout.service) : undefined
}

/**
 * Ends a service and removes what deploys brought for it: its unit, its releases, its state. Other services, and what they share, are
 * left alone; the environment file is a person's, and stays.
 */
export const undeploy =
  (host: Host): OperationHandler<'undeploy'> =>
  async ({service, drainMs, purge, dryRun}, context) => {
    const layout = serviceLayout(host.root, service)
    const aside = join(dirname(layout.folder), `.removed-${service}`)
    // Before the lock, which would make the folder of a service that is only misspelt.
    if (!(await isThere(layout.releases)) && !(await isThere(aside))) throw notDeployed(service)
    const plan = async () => {
      const state = await loadServiceState(layout)
      const [logs, data, unit] = await Promise.all([
        logsOf(layout),
        dataOf(layout, state),
        host.supervision.unit(layout),
      ])
      const own = [...logs, ...(data !== undefined && (await isThere(data)) ? [data] : [])]
      return {
        ...{state, own, unit},
        removed: [...(unit ? [unit.path] : []), layout.folder, ...(purge ? own : [])],
        kept: [...(purge ? [] : own), ...(state.envFile === undefined ? [] : [state.envFile])],
      }
    }
    if (dryRun) {
      const {removed, kept} = await plan()
      const control = await host.supervision.connect(layout)
      control?.close()
      return {ran: control !== undefined, removed, kept}
    }
    return withServiceLock(host, layout, {action: 'undeploy', ...context}, assertOurs =>
      inFolder(layout.folder, async () => {
        const {state, own, unit, removed, kept} = await plan()
        // Killed from here on, it does not come back at boot.
        await writeServiceState(layout, {...state, stopped: true})
        const ran = await endSupervisor(host, layout, drainMs ?? state.drainMs, context)
        await assertOurs()
        await unit?.remove()
        const {sockets} = supervisorPaths(layout)
        await rm(sockets, {recursive: true, force: true})
        // First, since the releases tell where its data are: killed here, the next command still knows.
        if (purge) for (const path of own) await rm(path, {recursive: true, force: true})
        await rm(aside, {recursive: true, force: true})
        // As a whole: half a service is not found by the next command.
        await rename(layout.folder, aside)
        await rm(aside, {recursive: true, force: true})
        return {ran, removed, kept}
      }),
    )
  }
