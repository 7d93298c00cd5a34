import {join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import type {Host} from '../host/host.ts'
import {type ServiceLayout, serviceLayout} from '../host/layout.ts'
import {currentBuild, installedManifest, recoverState} from '../host/releases.ts'
import {loadServiceState, type ServiceState, writeServiceState} from '../host/service-state.ts'
import {openSteps} from '../host/steps.ts'
import {checkEnvironment} from './check-release.ts'
import type {OperationContext, OperationHandler, StartInput} from './port.ts'
import {type SwitchContext, type SwitchOutcome, switchRequest, switchService, whenFree} from './switching.ts'
import {withService} from './with-service.ts'

export const notDeployed = (service: string): EssenceError =>
  new EssenceError('RELEASE_UNKNOWN', `${service} was never deployed here.`, {
    suggestions: [`Deploy it: essence deploy ${service} TARBALL`, 'See what is here: essence ps'],
  })

/** Starts the current release, or, where it runs, another process of it that takes over. */
const startCurrent = async (
  host: Host,
  layout: ServiceLayout,
  input: StartInput,
  context: SwitchContext,
): Promise<SwitchOutcome> => {
  const state = await recoverState(layout)
  const build = await currentBuild(layout)
  if (!build) throw notDeployed(layout.service)
  const request = switchRequest(build, state, input)
  const {manifest} = await installedManifest(layout, build)
  await openSteps(context.onEvent).do('environment', async say =>
    say(await checkEnvironment(join(layout.releases, build), manifest, request.envFile, context)),
  )
  const outcome = await switchService(host, layout, {state}, request, context)
  const kept: ServiceState = {...state, stopped: false, envFile: request.envFile}
  await writeServiceState(layout, kept)
  return outcome
}

/** Starts what `current` points at; what runs already and is well is left alone. */
export const start =
  (host: Host): OperationHandler<'start'> =>
  async (input, context) => {
    const layout = serviceLayout(host.root, input.service)
    await requireDeployed(layout)
    return withService(host, layout, {action: 'start', ...context}, async ({notes, assertOurs}) => {
      const control = await host.supervision.connect(layout)
      const running = await control?.status().finally(() => control.close())
      if (running?.state === 'ready' && running.build) return {build: running.build, readyMs: 0}
      const {build, readyMs} = await startCurrent(host, layout, input, {...context, assertOurs})
      notes.build = build
      return {build, readyMs}
    })
  }

/** Another process of the current release takes over, with `ENV_SH` as it is now. */
export const restart =
  (host: Host): OperationHandler<'restart'> =>
  async (input, context) => {
    const layout = serviceLayout(host.root, input.service)
    await requireDeployed(layout)
    return withService(host, layout, {action: 'restart', ...context}, async ({notes, assertOurs}) => {
      const {build, readyMs, gapMs} = await startCurrent(host, layout, input, {...context, assertOurs})
      notes.build = build
      return {build, readyMs, gapMs}
    })
  }

/** Drains the service and ends its supervisor; it is not started at boot either. */
export const stop =
  (host: Host): OperationHandler<'stop'> =>
  async ({service, drainMs: askedMs}, context) => {
    const layout = serviceLayout(host.root, service)
    const idle = await host.supervision.connect(layout)
    idle?.close()
    // A first deploy that was killed leaves a supervisor that serves nothing yet.
    if (!idle) await requireDeployed(layout)
    return withService(host, layout, {action: 'stop', ...context}, async ({notes}) => {
      notes.build = await currentBuild(layout)
      const state = await loadServiceState(layout)
      const drainMs = askedMs ?? state.drainMs
      await writeServiceState(layout, {...state, stopped: true})
      return {stopped: await endSupervisor(host, layout, drainMs, context)}
    })
  }

/** Drains what runs, and ends its supervisor. @returns whether there was one */
export const endSupervisor = async (
  host: Host,
  layout: ServiceLayout,
  drainMs: number,
  {signal, onEvent}: OperationContext,
): Promise<boolean> => {
  const control = await host.supervision.connect(layout)
  try {
    await whenFree(drainMs, signal, async () => control?.stop({drainMs}, onEvent))
  } finally {
    control?.close()
  }
  return control !== undefined
}

/** Before the lock, which would make the folders of a service that is only misspelt. */
const requireDeployed = async (layout: ServiceLayout): Promise<void> => {
  if (!(await currentBuild(layout))) throw notDeployed(layout.service)
}
