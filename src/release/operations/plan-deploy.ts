import {access, constants} from 'node:fs/promises'
import {dirname} from 'node:path'
import {systemCodeOf} from '../../kit/errors.ts'
import {lockHolder} from '../../kit/files/owner-lock.ts'
import type {DeployStep} from '../host/events.ts'
import {inFolder} from '../host/file-error.ts'
import type {Host} from '../host/host.ts'
import type {ServiceLayout} from '../host/layout.ts'
import {selectPrunable} from '../host/prune.ts'
import {currentBuild} from '../host/releases.ts'
import {readServiceState} from '../host/service-state.ts'
import {openSteps} from '../host/steps.ts'
import {requireEnvFile} from './check-release.ts'
import {checkTarball, openFitting} from './check-tarball.ts'
import type {DeployInput, DeployResult, OperationContext} from './port.ts'
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
 * What a deploy would do: everything that can be checked without writing is checked, the rest is told as skipped.
 * @throws what the deploy would throw at these checks
 */
export const planDeploy = async (
  host: Host,
  layout: ServiceLayout,
  input: DeployInput,
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
  await checkTarball(input, state.verifyKey, steps, signal)
  const place = await existing(layout.releases)
  const {manifest} = await inFolder(layout.folder, async () => {
    await access(place, constants.W_OK)
    return openFitting(host, input, place)
  })
  const {build, files} = manifest
  const bytes = files.reduce((sum, {size}) => sum + size, 0)
  const handover = input.handover ?? manifest.handover
  const {readyMs, settleMs, drainMs} = switchRequest(build, state, input)
  const envFile = input.envFile ?? state.envFile
  if (envFile !== undefined) await requireEnvFile(envFile)
  const now = new Date().toISOString()
  const pruned = selectPrunable({
    records: {...state.releases, [build]: {state: 'good', unpackedAt: now, deployedAt: now}},
    ...{current: build, previous: current, keep: input.keep},
  })
  const start =
    current === undefined ? 'first release' : handover === 'beside' ? `beside ${current}` : `after ${current} has ended`
  const plan: [DeployStep, string][] = [
    ['unpack', `${files.length} files, ${bytes} bytes, into ${layout.releases}/${build}`],
    ['files', 'every file against the manifest'],
    ['commands', manifest.command.join(' ')],
    ['environment', envFile ?? 'no ENV_SH: every setting at its default'],
    ['start', start],
    ['health', `ready within ${readyMs} ms`],
    ['settle', `and still after ${settleMs} ms`],
    ['switch', `${layout.current} → releases/${build}`],
    ['drain', current === undefined ? 'nothing runs' : `at most ${drainMs} ms`],
    ['prune', pruned.join(', ') || 'nothing to remove'],
  ]
  for (const [step, what] of plan) steps.skip(step, what)
  const ownMs = Math.round(performance.now() - started)
  return {service: input.service, build, previous: current, readyMs: 0, gapMs: 0, pruned, ownMs}
}
