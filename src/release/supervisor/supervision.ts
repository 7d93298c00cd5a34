import {spawn} from 'node:child_process'
import {constants, copyFile, link, open, readFile, rm, truncate, writeFile} from 'node:fs/promises'
import {dirname, join, sep} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {EssenceError} from '../../kit/errors.ts'
import {atomicWrite, replaceFile} from '../../kit/files/atomic-write.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import type {ServiceControl, Supervision} from '../host/control.ts'
import type {ServiceLayout} from '../host/layout.ts'
import {connectControl} from './control/client.ts'
import {makeSupervisorFolders, type SupervisorPaths, supervisorPaths} from './paths.ts'
import {inheritedEnvironment} from './process/service-environment.ts'
import {findUnit, ownSystemd, type SystemdScope, startUnit} from './systemd/systemd.ts'

/** ms that systemd's supervisor may take until it can be asked. */
const listenMs = 20_000

/** How supervisors are reached and started on this machine. */
export const openSupervision = (systemd: SystemdScope = ownSystemd()): Supervision => ({
  connect: connectControl,
  unit: layout => findUnit(layout, systemd),
  async start(layout, {program, systemd: asUnit, user, request}) {
    const paths = supervisorPaths(layout)
    await makeSupervisorFolders(paths)
    await makeFolder(dirname(layout.log))
    // A running program is never written over.
    await atomicWrite(paths.program, await readFile(program))
    const node = await lastingNode(layout, paths)
    // Never through a link that lies there.
    await rm(paths.idle, {force: true})
    await writeFile(paths.idle, '', {flag: 'wx'})
    try {
      if (asUnit) await startUnit(layout, systemd, {paths, node, user, request})
      else await spawnSupervisor(layout, paths, node)
      return await connected(layout, asUnit ? listenMs : 0)
    } catch (error) {
      // Left there, it would keep the service from being started at boot.
      await rm(paths.idle, {force: true})
      throw error
    }
  },
})

export const supervision = openSupervision()

/** One that was spawned says when it listens; of one that systemd started nothing is heard. */
const connected = async (layout: ServiceLayout, withinMs: number): Promise<ServiceControl> => {
  const until = performance.now() + withinMs
  for (;;) {
    const control = await connectControl(layout)
    if (control) return control
    if (performance.now() >= until) throw failed(layout, 'it does not listen')
    await pause(50)
  }
}

/**
 * The Node.js that runs the supervisor, as long as the machine lives: one that came with a release goes with it, so it
 * gets a second name in the supervisor's folder.
 */
const lastingNode = async ({folder, releases}: ServiceLayout, paths: SupervisorPaths): Promise<string> => {
  const node = process.execPath
  if (!node.startsWith(releases + sep) && !node.startsWith(join(folder, 'incoming') + sep)) return node
  const kept = join(paths.folder, 'node')
  await replaceFile(kept, draft => link(node, draft).catch(() => copyFile(node, draft, constants.COPYFILE_EXCL)))
  return kept
}

const spawnSupervisor = async (layout: ServiceLayout, paths: SupervisorPaths, node: string): Promise<void> => {
  const errors = await open(paths.errors, 'a', 0o600)
  try {
    await truncate(paths.errors)
    const child = spawn(node, [paths.program, 'supervise', layout.folder], {
      // A session of its own: it outlives the shell, or the SSH session, of the deploy.
      detached: true,
      cwd: '/',
      // Nor does it keep secrets out of the environment of the deploy.
      env: inheritedEnvironment(),
      stdio: ['ignore', errors.fd, errors.fd, 'ipc'],
    })
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('error', reject)
      child.once('exit', async (status, signal) => {
        const said = (await readFile(paths.errors, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join(' ')
        reject(failed(layout, said || `it ended with ${signal ?? `status ${status}`}`))
      })
    })
    child.removeAllListeners()
    child.unref()
  } finally {
    await errors.close()
  }
}

const failed = ({service}: ServiceLayout, why: string): EssenceError =>
  new EssenceError('DEPLOY_FAILED', `The supervisor of ${service} cannot be started: ${why}`, {
    suggestions: [`See whether one runs already: essence ps ${service}`],
  })
