import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import type {SwitchRequest} from '../host/control.ts'
import {hostFileError} from '../host/file-error.ts'
import type {Host} from '../host/host.ts'
import {type ServiceLayout, serviceLayout} from '../host/layout.ts'
import {currentBuild, pruneReleases, recoverState} from '../host/releases.ts'
import {type ServiceState, writeServiceState} from '../host/service-state.ts'
import {openSteps, type Steps} from '../host/steps.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {usualAccount} from '../supervisor/systemd/account.ts'
import {checkCommands, checkEnvironment} from './check-release.ts'
import {checkTarball} from './check-tarball.ts'
import {placeRelease} from './place-release.ts'
import type {DeployInput, DeployResult, OperationHandler} from './port.ts'
import {type SwitchContext, switchRequest, switchService} from './switching.ts'
import {type ServiceWork, withService} from './with-service.ts'

interface DeployContext extends SwitchContext, ServiceWork {
  steps: Steps
  /** `performance.now()` at its begin. */
  started: number
}

/** Makes a tarball the release that serves, or leaves everything as it was. */
export const deploy =
  (host: Host): OperationHandler<'deploy'> =>
  async (input, context) => {
    const {signal, onEvent} = context
    const layout = serviceLayout(host.root, input.service)
    const started = performance.now()
    const steps = openSteps(onEvent)
    const lock = {action: 'deploy' as const, waitMs: input.lockWaitMs, signal, onEvent}
    return withService(host, layout, lock, work =>
      deployLocked(host, layout, input, {...context, ...work, steps, started}),
    )
  }

const deployLocked = async (
  host: Host,
  layout: ServiceLayout,
  input: DeployInput,
  context: DeployContext,
): Promise<DeployResult> => {
  const {steps, notes, signal} = context
  const state = await recoverState(layout)
  const current = await currentBuild(layout)
  const envFile = input.envFile ?? state.envFile
  const user = unitUser(input, state)
  notes.previous = current
  await checkTarball(input, state.verifyKey, steps, signal)
  const {manifest, isNew} = await placeRelease(host, layout, input, {state, current, envFile, steps, signal})
  const {build} = manifest
  const folder = join(layout.releases, build)
  notes.build = build
  try {
    await checkRelease(folder, manifest, envFile, context)
    const request = {...switchRequest(build, state, {...input, envFile}), handover: input.handover}
    const {serviceMs, readyMs, gapMs} = await switchService(
      host,
      layout,
      {state, systemd: input.systemd, user},
      request,
      context,
    )
    // From here on nothing is undone: the new release serves, whether that can be written down or not.
    keepState(state, {...input, user}, request, current)
    const pruned = await steps.do('prune', say => keepBooks(layout, state, input.keep, say))
    const ownMs = Math.round(performance.now() - context.started - serviceMs)
    return {service: input.service, build, previous: state.previous, readyMs, gapMs, pruned, ownMs}
  } catch (error) {
    if (isNew && (await currentBuild(layout)) !== build) await undo(layout, state, build, error, context)
    throw error
  }
}

/** Whom the unit of a service runs as; of one that root deployed without a word before there was a choice: root, as its files are. */
const unitUser = ({systemd, user}: DeployInput, state: ServiceState): string | undefined => {
  if (process.getuid?.() !== 0) {
    if (user === undefined) return undefined
    throw new EssenceError('USAGE', `Only root can run a service as ${user}.`, {
      suggestions: ['Deploy without --user: the unit is then one of the user who deploys.'],
    })
  }
  return user ?? (systemd && !state.systemd ? usualAccount : state.user)
}

/** Whether the release runs here at all, and in its environment: two programs that are started at once, and reported one after the other. */
const checkRelease = async (
  folder: string,
  manifest: ReleaseManifest,
  envFile: string | undefined,
  context: DeployContext,
): Promise<void> => {
  const environment = checkEnvironment(folder, manifest, envFile, context)
  // A failure is reported in order, below.
  environment.catch(() => {})
  try {
    await context.steps.do('commands', async say => say(await checkCommands(folder, manifest, context)))
    await context.steps.do('environment', async say => say(await environment))
  } finally {
    // It works in a folder that is removed after a failure.
    await environment.catch(() => {})
  }
}

/** Writes down what serves, and removes what is not needed any more. @returns what was removed */
const keepBooks = async (
  layout: ServiceLayout,
  state: ServiceState,
  keep: number,
  say: (detail: string) => void,
): Promise<string[]> => {
  try {
    const builds = await pruneReleases(layout, state, keep)
    say(builds.join(', ') || 'nothing to remove')
    return builds
  } catch (error) {
    say(`not possible, nor to write it down: ${messageOf(hostFileError(error, layout.folder))}`)
    return []
  }
}

/** What a deploy leaves for later ones. */
const keepState = (
  state: ServiceState,
  {systemd, user, signature}: DeployInput,
  {build, ...request}: SwitchRequest,
  current: string | undefined,
): void => {
  const now = new Date().toISOString()
  Object.assign(state, {
    ...request,
    stopped: false,
    user,
    systemd: state.systemd || systemd,
    previous: current === build ? state.previous : current,
    verifyKey: state.verifyKey ?? signature?.publicKey,
  } satisfies Partial<ServiceState>)
  state.releases[build] = {state: 'good', unpackedAt: state.releases[build]?.unpackedAt ?? now, deployedAt: now}
}

/** A failed release stays, so that its reason can be found; one whose deploy was cancelled goes. */
const undo = async (
  layout: ServiceLayout,
  state: ServiceState,
  build: string,
  error: unknown,
  {assertOurs, signal}: Pick<DeployContext, 'assertOurs' | 'signal'>,
): Promise<void> => {
  const isOurs = await assertOurs().then(
    () => true,
    () => false,
  )
  // The process that took the lock keeps the records now: what was unpacked here has none, and goes with the next operation.
  if (!isOurs) return
  const record = state.releases[build]
  if (record && !signal.aborted) {
    state.releases[build] = {...record, state: 'failed', reason: messageOf(error)}
    // No good release goes for one that failed. A failure of its own, as of a full disk, must not hide the one that is told.
    await pruneReleases(layout, state, Number.POSITIVE_INFINITY).catch(() => {})
    return
  }
  delete state.releases[build]
  await writeServiceState(layout, state).catch(() => {})
  await rm(join(layout.releases, build), {recursive: true, force: true}).catch(() => {})
}
