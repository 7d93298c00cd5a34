import {access, constants} from 'node:fs/promises'
import {dirname} from 'node:path'
import {systemCodeOf} from '../../kit/errors.ts'
import {lockHolder} from '../../kit/files/owner-lock.ts'
import type {DeployStep} from '../host/events.ts'
import {inFolder} from '../host/file-error.ts'
import type {Host} from '../host/host.ts'
import {type ServiceLayout, serviceLayout} from '../host/layout.ts'
import {selectPrunable} from '../host/prune.ts'
import {currentBuild} from '../host/releases.ts'
import {readServiceState} from '../host/service-state.ts'
import {openSteps} from '../host/steps.ts'
import {checkSettings} from './check-settings.ts'
import {checkSignature, requireFitting} from './check-tarball.ts'
import type {DeployResult, OperationContext, OperationHandler, PlanInput} from './port.ts'
import {switchRequest} from './switching.ts'

/** The folder itself, or the nearest one above it that is there. */
const existing = async (folder: string): Promise<string> => {
  try {
    await access(folder, constants.F_OK)
    return folder
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    return existing(dirname(folder))
  }
}

/**
 * What a deploy would do: everything that can be checked without the tarball and without writing is checked, the rest is told as
 * skipped.
 */
export const plan =
  (host: Host): OperationHandler<'plan'> =>
  (input, context) => {
    const layout = serviceLayout(host.root, input.service)
    return inFolder(layout.folder, () => planIn(host, layout, input, context))
  }

const planIn = async (
  host: Host,
  layout: ServiceLayout,
  input: PlanInput,
  {onEvent, signal}: OperationContext,
): Promise<DeployResult> => {
  const started = performance.now()
  const steps = openSteps(onEvent)
  const [state, current, holder] = await Promise.all([
    readServiceState(layout),
    currentBuild(layout),
    lockHolder(layout.lock),
  ])
  steps.skip('lock', holder ? `would wait for, or be refused by: ${holder.owner}` : 'is free')
  await checkSignature(input, state.verifyKey, steps)
  const {release} = input
  const place = await existing(layout.releases)
  await access(place, constants.W_OK)
  await requireFitting(host, release, place)
  const {build} = release
  const handover = input.handover ?? release.handover
  const {readyMs, settleMs, drainMs} = switchRequest(build, state, input)
  const envFile = input.envFile ?? state.envFile
  await steps.do('environment', async say => say(await checkSettings(release, envFile, {onEvent, signal})))
  const now = new Date().toISOString()
  const pruned = selectPrunable({
    records: {...state.releases, [build]: {state: 'good', unpackedAt: now, deployedAt: now}},
    ...{current: build, previous: current, keep: input.keep},
  })
  const start =
    current === undefined ? 'first release' : handover === 'beside' ? `beside ${current}` : `after ${current} has ended`
  const planned: [DeployStep, string][] = [
    ['unpack', `${release.files} files, ${release.bytes} bytes, into ${layout.releases}/${build}`],
    ['files', 'every file against the manifest'],
    ['commands', release.command.join(' ')],
    ['start', start],
    ['health', `ready within ${readyMs} ms`],
    ['settle', `and still after ${settleMs} ms`],
    ['switch', `${layout.current} → releases/${build}`],
    ['drain', current === undefined ? 'nothing runs' : `at most ${drainMs} ms`],
    ['prune', pruned.join(', ') || 'nothing to remove'],
  ]
  for (const [step, what] of planned) steps.skip(step, what)
  const ownMs = Math.round(performance.now() - started)
  return {service: input.service, build, previous: current, readyMs: 0, gapMs: 0, pruned, ownMs}
}
