import {spawn} from 'node:child_process'
import {copyFile, link, open, readFile, rename, rm, truncate, writeFile} from 'node:fs/promises'
import {join, sep} from 'node:path'
import {EssenceError} from '../../../kit/errors.ts'
import type {Supervision} from '../control.ts'
import type {ServiceLayout} from '../layout.ts'
import {connectControl} from './connect-control.ts'
import {makeSupervisorFolders, type SupervisorPaths, supervisorPaths} from './paths.ts'

/**
 * Starts a supervisor of a service and waits until it can be asked; the service itself is started by `switchTo`.
 * @throws DEPLOY_FAILED with what the supervisor said
 */
const start: Supervision['start'] = async (layout, {program}) => {
  const paths = supervisorPaths(layout)
  await makeSupervisorFolders(paths)
  await copyWhole(program, paths.program)
  await writeFile(paths.idle, '')
  await spawnSupervisor(layout, paths, await lastingNode(layout, paths))
  const control = await connectControl(layout)
  if (!control) throw failed(layout, 'it does not listen')
  return control
}

export const supervision: Supervision = {connect: connectControl, start}

/** A running program is never written over. */
const copyWhole = async (from: string, to: string): Promise<void> => {
  const temporary = `${to}.new`
  await rm(temporary, {force: true})
  await copyFile(from, temporary)
  await rename(temporary, to)
}

/**
 * The Node.js that runs the supervisor, as long as the machine lives: one that came with a release goes with it, so it
 * gets a second name in the supervisor's folder.
 */
const lastingNode = async ({folder, releases}: ServiceLayout, paths: SupervisorPaths): Promise<string> => {
  const node = process.execPath
  if (!node.startsWith(releases + sep) && !node.startsWith(join(folder, 'incoming') + sep)) return node
  const kept = join(paths.folder, 'node')
  const temporary = `${kept}.new`
  await rm(temporary, {force: true})
  await link(node, temporary).catch(() => copyFile(node, temporary))
  await rename(temporary, kept)
  return kept
}

const spawnSupervisor = async (layout: ServiceLayout, paths: SupervisorPaths, node: string): Promise<void> => {
  const errors = await open(paths.errors, 'a', 0o600)
  try {
    await truncate(paths.errors)
    const child = spawn(node, [paths.program, 'supervise', layout.folder], {
      // A session of its own: it outlives the shell, or the SSH session, of whoever deploys.
      detached: true,
      cwd: '/',
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
