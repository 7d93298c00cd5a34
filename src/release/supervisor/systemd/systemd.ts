import {readFile, rm, stat} from 'node:fs/promises'
import {homedir} from 'node:os'
import {isAbsolute, join} from 'node:path'
import {EssenceError} from '../../../kit/errors.ts'
import {atomicWrite} from '../../../kit/files/atomic-write.ts'
import {makeFolder} from '../../../kit/files/make-folder.ts'
import {type Ran, runProgram} from '../../../kit/process/run-program.ts'
import type {SupervisorUnit, SwitchRequest} from '../../host/control.ts'
import type {ServiceLayout} from '../../host/layout.ts'
import type {SupervisorPaths} from '../paths.ts'
import {releaseSettings} from '../process/release-plan.ts'
import {type Account, ensureAccount, giveFolder, giveService, refuse} from './account.ts'
import {quote, renderUnit, unitName} from './unit.ts'

/** Which systemd: that of the machine for root, else that of the user. */
export interface SystemdScope {
  system: boolean
  /** Where its units are. */
  units: string
}

export const ownSystemd = (): SystemdScope =>
  process.getuid?.() === 0
    ? {system: true, units: '/etc/systemd/system'}
    : {system: false, units: join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'systemd/user')}

/** ms for a systemctl. */
const systemctlMs = 60_000

/** The supervisor that a unit is to run. */
export interface UnitRequest {
  paths: SupervisorPaths
  /** Node.js that runs it. */
  node: string
  /** Name of the user that a unit of the system runs as. */
  user?: string | undefined
  request: SwitchRequest
}

/**
 * Writes the unit of a service's supervisor and has systemd start it, now and at boot.
 * @throws PROGRAM_MISSING where systemd does not run; PROGRAM_FAILED with what it said; CONFIG_INVALID where its user lacks a right
 */
export const startUnit = async (
  layout: ServiceLayout,
  {system, units}: SystemdScope,
  {paths, node, user, request}: UnitRequest,
): Promise<void> => {
  const systemctl = (...args: string[]): Promise<string> => run(system ? args : ['--user', ...args])
  await assertRuns(systemctl, system)
  const account = system && user !== undefined && user !== 'root' ? await ensureAccount(user) : undefined
  if (account) await giveService(account, layout, paths, {node, envFile: request.envFile})
  const unit = renderUnit({
    layout,
    node,
    account,
    program: paths.program,
    sockets: paths.sockets,
    system,
    drainMs: request.drainMs,
    writable: await writableFolders(layout, request, account),
  })
  const path = join(units, unitName(layout.service))
  await makeFolder(units)
  await atomicWrite(path, unit, {mode: 0o644})
  await systemctl('daemon-reload')
  await systemctl('enable', unitName(layout.service))
  await systemctl('restart', unitName(layout.service))
}

/** The unit of a service's supervisor, where one was written. */
export const findUnit = async (
  layout: ServiceLayout,
  {system, units}: SystemdScope,
): Promise<SupervisorUnit | undefined> => {
  const name = unitName(layout.service)
  const path = join(units, name)
  const text = await readFile(path, 'utf8').catch(() => undefined)
  // A service of the same name in another root has a unit of this name, too.
  if (!text?.includes(`${quote('supervise')} ${quote(layout.folder)}`)) return undefined
  const systemctl = (...args: string[]): Promise<string> => run(system ? args : ['--user', ...args])
  return {
    path,
    remove: async () => {
      await systemctl('disable', '--now', name)
      await rm(path, {force: true})
      await systemctl('daemon-reload')
    },
  }
}

const assertRuns = async (systemctl: (...args: string[]) => Promise<string>, system: boolean): Promise<void> => {
  const state = await systemctl('is-system-running').catch((error: unknown) => {
    // It fails for every state but "running", such as "degraded" by another unit.
    const said = error instanceof SystemctlFailure ? error.output : ''
    if (said === '' || said === 'offline' || said === 'unknown') throw absent(system, error)
    return said
  })
  if (state === 'offline') throw absent(system)
}

const absent = (system: boolean, cause?: unknown): EssenceError =>
  new EssenceError('PROGRAM_MISSING', `systemd does not run ${system ? 'on this machine' : 'for this user'}.`, {
    suggestions: [
      'Deploy without --systemd: a supervisor of its own keeps the service running.',
      ...(system ? [] : ['Or have it run for this user also without a session: loginctl enable-linger']),
    ],
    cause,
  })

/** Folders that the settings name, made where they are missing: in the sandbox, only what is there can be written to. */
const writableFolders = async (
  layout: ServiceLayout,
  {build, envFile}: SwitchRequest,
  account: Account | undefined,
): Promise<string[]> => {
  const settings = await releaseSettings(join(layout.releases, build), envFile, account?.home)
  const folders: string[] = []
  for (const [name, value] of settings) {
    if (!name.endsWith('_DIR') || typeof value !== 'string' || !isAbsolute(value)) continue
    if (account && !(await giveFolder(account, value)) && name === 'JUNE_DATA_DIR')
      throw refuse(account, value, 'write to', `Give it to that user: chown -R ${account.name}: ${value}`)
    await makeFolder(value).catch(() => {})
    if ((await stat(value).catch(() => undefined))?.isDirectory()) folders.push(value)
  }
  return folders
}

class SystemctlFailure extends EssenceError {
  readonly output: string
  constructor(args: string[], {stdout, stderr, failure}: Ran) {
    super('PROGRAM_FAILED', `systemctl ${args.join(' ')} failed: ${stderr.trim() || `it ${failure}`}`, {
      suggestions: ['See what systemd says: journalctl -e', 'Or deploy without --systemd.'],
    })
    this.output = stdout.trim()
  }
}

const run = async (args: string[]): Promise<string> => {
  const ran = await runProgram('systemctl', args, {timeoutMs: systemctlMs})
  if (ran.failure !== undefined) throw new SystemctlFailure(args, ran)
  return ran.stdout.trim()
}
