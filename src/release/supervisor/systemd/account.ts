import {appendFile, chmod, chown, lchown, readdir, readFile} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {EssenceError, systemCodeOf} from '../../../kit/errors.ts'
import {makeFolder} from '../../../kit/files/make-folder.ts'
import {runProgram} from '../../../kit/process/run-program.ts'
import type {ServiceLayout} from '../../host/layout.ts'
import type {SupervisorPaths} from '../paths.ts'

/** The user that services of a machine run as where root deploys them. */
export const usualAccount = 'june'

/** A user of the machine. */
export interface Account {
  name: string
  uid: number
  gid: number
  home: string
  /** Groups beside its own that open GPUs and microphones to it, of those that the machine has. */
  groups: string[]
}

/** ms for a program that makes or finds a user. */
const timeoutMs = 30_000
const deviceGroups = ['video', 'render', 'audio']

/** @returns undefined where there is no such user */
export const readAccount = async (name: string): Promise<Account | undefined> => {
  const {stdout, failure} = await runProgram('getent', ['passwd', name], {timeoutMs})
  const [, , uid, gid, , home = ''] = stdout.trim().split(':')
  if (failure !== undefined || uid === undefined) return undefined
  const known = await readFile('/etc/group', 'utf8').catch(() => '')
  const groups = deviceGroups.filter(group => known.split('\n').some(line => line.startsWith(`${group}:`)))
  return {name, uid: Number(uid), gid: Number(gid), home, groups}
}

/**
 * A user to run services as; made, without a password and a shell, where there is none of that name.
 * @throws PROGRAM_FAILED
 */
export const ensureAccount = async (name: string): Promise<Account> => {
  const found = await readAccount(name)
  if (found) return found
  const line = `u ${name} - "Voice services of June" /var/lib/${name}`
  const {stderr, failure} = await runProgram('systemd-sysusers', ['--inline', line], {timeoutMs}).catch(cause => ({
    stderr: String(cause),
    failure: 'failed',
  }))
  const made = await readAccount(name)
  if (made) return made
  throw new EssenceError('PROGRAM_FAILED', `The user ${name} cannot be made: ${stderr.trim() || failure}`, {
    suggestions: [
      `Make it: useradd --system --home-dir /var/lib/${name} ${name}`,
      'Or run the service as another one: --user NAME',
    ],
  })
}

/** Whether a user may do something with a path: `-r`, `-w`, `-x` of test(1). */
const may = async ({name}: Account, what: '-r' | '-w' | '-x', path: string): Promise<boolean> =>
  (await runProgram('runuser', ['-u', name, '--', 'test', what, path], {cwd: '/', timeoutMs})).failure === undefined

/** CONFIG_INVALID: it may not do something with a path. */
export const refuse = (account: Account, path: string, what: string, ...suggestions: string[]): EssenceError =>
  new EssenceError('CONFIG_INVALID', `${account.name}, the user the service runs as, may not ${what} ${path}.`, {
    suggestions: [...suggestions, 'Or run the service as another user: --user NAME'],
  })

/** Lets a user add names to a folder of root, and take away its own ones alone. */
const share = async (folder: string, {gid}: Account): Promise<void> => {
  await chown(folder, 0, gid)
  await chmod(folder, 0o1775)
}

/** What is there; of a link, the link. */
const give = async (path: string, {uid, gid}: Account): Promise<void> =>
  lchown(path, uid, gid).catch(error => {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  })

/**
 * Gives a user what the supervisor of a service writes, and nothing else: releases, state and history stay root's.
 * @throws CONFIG_INVALID when it may not read what it needs; USAGE
 */
export const giveService = async (
  account: Account,
  layout: ServiceLayout,
  paths: SupervisorPaths,
  {node, envFile}: {node: string; envFile: string | undefined},
): Promise<void> => {
  const {folder, current, pidFile, history, log, consoleLog} = layout
  if (paths.sockets !== paths.folder)
    throw new EssenceError('USAGE', `${folder} is too long a path for a service of another user.`, {
      suggestions: ['Deploy into a shorter one: --root FOLDER'],
    })
  // It must not take this name, and lead what root appends elsewhere.
  await appendFile(history, '')
  await makeFolder(dirname(log))
  for (const shared of [folder, dirname(log)]) await share(shared, account)
  const logs = (await readdir(dirname(log))).filter(name =>
    [log, consoleLog].some(path => name === basename(path) || name.startsWith(`${basename(path)}.`)),
  )
  // Not what is in the supervisor's folder: its Node.js may be that of a release, by another name.
  for (const path of [current, pidFile, paths.folder, ...logs.map(name => join(dirname(log), name))])
    await give(path, account)
  if (!(await may(account, '-x', node)))
    throw refuse(account, node, 'run', 'Install Node.js where everybody may run it, as in /usr/bin.')
  if (!(await may(account, '-x', layout.releases)))
    throw refuse(account, layout.releases, 'enter', 'Deploy into another place: --root FOLDER')
  if (envFile !== undefined && !(await may(account, '-r', envFile))) {
    const group = account.name
    throw refuse(account, envFile, 'read', `Let it: chgrp ${group} ${envFile} && chmod 640 ${envFile}`)
  }
}

/**
 * Makes a folder that a user can write to.
 * @returns whether it can
 */
export const giveFolder = async (account: Account, folder: string): Promise<boolean> => {
  const before = await readdir(folder).catch(() => undefined)
  await makeFolder(folder).catch(() => {})
  if (before === undefined) await give(folder, account)
  return may(account, '-w', folder)
}
