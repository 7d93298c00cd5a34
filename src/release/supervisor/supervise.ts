import {readdir, rm} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'
import {isEssenceError} from '../../kit/errors.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {takeLock} from '../../kit/files/owner-lock.ts'
import type {RestartOptions} from '../../kit/process/restart-policy.ts'
import {hostRoot, type ServiceLayout, serviceLayout} from '../host/layout.ts'
import {currentBuild} from '../host/releases.ts'
import {readServiceState} from '../host/service-state.ts'
import {serveControl} from './control/server.ts'
import {ServiceLogs} from './logs/service-logs.ts'
import {makeSupervisorFolders, type SupervisorPaths, supervisorPaths} from './paths.ts'
import {endRecorded} from './process/pid-record.ts'
import {Supervisor} from './supervisor.ts'

/** Message of a supervisor to the process that started it, once it answers requests. */
export interface ListeningMessage {
  type: 'listening'
}

/**
 * The layout of a service by its folder: of the roots there are without choice, or all in one folder.
 * @param logs folder of its logs, where another user's root is meant
 */
export const layoutOfFolder = (folder: string, logs?: string): ServiceLayout => {
  const root = dirname(resolve(folder))
  if (logs !== undefined) return serviceLayout({root, logs}, basename(folder))
  const usual = hostRoot()
  return serviceLayout(root === usual.root ? usual : hostRoot(root), basename(folder))
}

/**
 * `supervise FOLDER [LOGS]` of the host program: supervises the service of a folder until SIGTERM or a request to stop; a second
 * signal kills the service. Starts what `current` points at, unless its parent will say what to serve. What
 * hinders it goes to standard error, with the exit status of the error: LOCKED when the service has a supervisor already.
 */
export const supervise = async (
  folder: string,
  options: {logs?: string | undefined; restart?: RestartOptions} = {},
): Promise<void> => {
  try {
    await superviseUntilStopped(folder, options)
  } catch (error) {
    if (!isEssenceError(error)) throw error
    process.stderr.write(`${[`Error: ${error.message}`, ...error.suggestions.map(each => `  → ${each}`)].join('\n')}\n`)
    process.exitCode = error.exit
  }
}

const superviseUntilStopped = async (
  folder: string,
  {logs: logFolder, ...options}: NonNullable<Parameters<typeof supervise>[1]>,
): Promise<void> => {
  const layout = layoutOfFolder(folder, logFolder)
  const paths = supervisorPaths(layout)
  await makeSupervisorFolders(paths)
  await makeFolder(dirname(layout.log))
  const lock = await takeLock(paths.lock, {wait: false})
  const logs = new ServiceLogs(layout)
  const supervisor = new Supervisor({layout, paths, logs, ...options})
  const stopped = Promise.withResolvers<void>()

  let signals = 0
  const onSignal = (name: string): void => {
    signals++
    if (signals > 1) {
      supervisor.kill()
      return
    }
    logs.event('info', `draining: ${name}`)
    supervisor.end(name).then(stopped.resolve, stopped.reject)
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  // Its parent may be gone with the terminal; that ends nothing.
  process.on('SIGHUP', () => {})
  try {
    await tidy(layout, paths, logs)
    // Told to end meanwhile, it does not begin.
    if (signals > 0) return
    const idle = await takeIdle(paths)
    const server = await serveControl(paths.controlSocket, supervisor, stopped.resolve)
    logs.event('info', 'supervising')
    process.send?.({type: 'listening'} satisfies ListeningMessage, undefined, undefined, () => process.disconnect())
    const starting = idle ? undefined : startCurrent(layout, supervisor)
    await stopped.promise
    await starting
    server.close()
    await rm(paths.controlSocket, {force: true})
  } finally {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal)
    logs.event('info', 'the supervisor ends')
    logs.close()
    await lock.release()
  }
}

/** Ends and removes what an earlier supervisor left that was killed. */
const tidy = async (layout: ServiceLayout, paths: SupervisorPaths, logs: ServiceLogs): Promise<void> => {
  const {drainMs} = await readServiceState(layout)
  for (const file of [paths.candidatePid, paths.formerPid, layout.pidFile]) {
    const ended = await endRecorded(file, drainMs)
    if (ended)
      logs.event('warn', `ended process ${ended.pid}, left by a supervisor that was killed`, {build: ended.build})
  }
  await rm(paths.formerEnvironment, {force: true})
  for (const name of await readdir(paths.sockets)) {
    if (name.startsWith('health-')) await rm(join(paths.sockets, name), {force: true})
  }
}

const takeIdle = async ({idle}: SupervisorPaths): Promise<boolean> => {
  try {
    await rm(idle)
    return true
  } catch {
    return false
  }
}

/** As at boot. Failures are in the log and in the state. */
const startCurrent = async (layout: ServiceLayout, supervisor: Supervisor): Promise<void> => {
  const [build, state] = await Promise.all([currentBuild(layout), readServiceState(layout)])
  if (build === undefined || state.stopped) return
  const {envFile, readyMs, settleMs, drainMs, handover} = state
  await supervisor.start({build, envFile, readyMs, settleMs, drainMs, handover})
}
