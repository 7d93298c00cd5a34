import {join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import {verifyFiles} from '../artifact/verify-files.ts'
import type {Host} from '../host/host.ts'
import {serviceLayout} from '../host/layout.ts'
import {rollbackTarget} from '../host/prune.ts'
import {currentBuild, installedManifest, recoverState} from '../host/releases.ts'
import {type ServiceState, writeServiceState} from '../host/service-state.ts'
import {openSteps} from '../host/steps.ts'
import {checkEnvironment} from './check-release.ts'
import type {OperationHandler} from './port.ts'
import {switchRequest, switchService} from './switching.ts'
import {withService} from './with-service.ts'

const chooseTarget = (
  state: ServiceState,
  service: string,
  current: string | undefined,
  named: string | undefined,
): string => {
  const good = Object.keys(state.releases).filter(build => state.releases[build]?.state === 'good' && build !== current)
  const target = named ?? rollbackTarget(state.releases, current, state.previous)
  if (target !== undefined && good.includes(target)) return target
  const what = named === undefined ? 'no good release before the current one' : `no good release ${named} to go back to`
  throw new EssenceError('RELEASE_UNKNOWN', `${service} has ${what}.`, {
    suggestions: [good.length > 0 ? `One of: ${good.join(', ')}` : `Deploy one: essence deploy ${service} TARBALL`],
  })
}

/** Makes an earlier release the one that serves again: the good one deployed before the current one, or the one named. */
export const rollback =
  (host: Host): OperationHandler<'rollback'> =>
  async (input, context) => {
    const started = performance.now()
    const layout = serviceLayout(host.root, input.service)
    return withService(host, layout, {action: 'rollback', ...context}, async ({notes, assertOurs}) => {
      const state = await recoverState(layout)
      const current = await currentBuild(layout)
      notes.previous = current
      const build = chooseTarget(state, input.service, current, input.build)
      notes.build = build
      const folder = join(layout.releases, build)
      const opened = await installedManifest(layout, build)
      const steps = openSteps(context.onEvent)
      const request = switchRequest(build, state, input)
      await steps.do('files', () => verifyFiles(folder, opened, {signal: context.signal, more: true}))
      await steps.do('environment', async say =>
        say(await checkEnvironment(folder, opened.manifest, request.envFile, context)),
      )
      const {readyMs, gapMs, serviceMs} = await switchService(host, layout, {state}, request, {
        ...context,
        assertOurs,
      })
      await writeServiceState(layout, {...state, previous: current, stopped: false, envFile: request.envFile})
      const ownMs = Math.round(performance.now() - started - serviceMs)
      return {service: input.service, build, previous: current, readyMs, gapMs, pruned: [], ownMs}
    })
  }
