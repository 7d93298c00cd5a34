import {withCancel} from '../../kit/cancel.ts'
import {EssenceError} from '../../kit/errors.ts'
import {checkDigest} from '../../release/artifact/digest.ts'
import {deploySteps} from '../../release/host/events.ts'
import type {HostSession} from '../../release/host-session.ts'
import {outlineOf} from '../../release/manifest.ts'
import {shortDigest} from '../../release/operations/check-tarball.ts'
import type {DeployResult, HostOperations} from '../../release/operations/port.ts'
import {verifyRelease} from '../../release/signature.ts'
import {NoFittingNode} from '../../release/ssh/transfer/remote-node.ts'
import {onHosts} from './ask-hosts.ts'
import {beforeStop} from './ask-person.ts'
import {type ChosenTarball, chooseTarball, readVerifyKey} from './choose-tarball.ts'
import type {startInput} from './host-flags.ts'
import type {HostChoice} from './open-hosts.ts'
import {type Asking, type PlannedStep, performPlanned, performShown} from './operation-view.ts'
import {uploadShown} from './upload-view.ts'

/** ms that `--wait` waits for another deploy. */
const lockTimeoutMs = 30 * 60_000

export interface DeployRequest extends Asking {
  service: string
  tarball: string | undefined
  /** Folder of builds. */
  builds: string
  choice: HostChoice
  start: ReturnType<typeof startInput>
  handover: 'beside' | 'instead' | undefined
  keep: number
  systemd: boolean
  user?: string | undefined
  verifyKey: string | undefined
  wait: boolean
  dryRun: boolean
  /** Ask before a service is stopped for its successor. */
  ask: boolean
}

/** What came of it on one machine; of a dry run, what would. */
export type Deployed = {host: string; plan?: PlannedStep[]} & DeployResult

/** `essence deploy`: choose the tarball, bring it to each machine, make it serve there. */
export const runDeploy = async (request: DeployRequest): Promise<Deployed[]> => {
  const {service, choice, start, handover, keep, systemd, dryRun, show, note} = request
  const tarball = await chooseTarball(service, request.tarball, request.builds)
  const publicKey = request.verifyKey === undefined ? undefined : await readVerifyKey(request.verifyKey)
  if (publicKey !== undefined && tarball.signature === undefined) {
    throw new EssenceError('SIGNATURE_INVALID', `${tarball.path} has no signature beside it (.sig).`, {
      suggestions: [`Sign it: essence build ${service} --sign KEY.pem`],
    })
  }
  // Told here already, before anything is uploaded; the machine of the service checks it itself.
  if (publicKey !== undefined && tarball.signature !== undefined) {
    verifyRelease(tarball.sha256, tarball.signature, publicKey)
  }
  const {path, sha256, manifest} = tarball
  // A signature is of the digest. Other machines may be given the tarball's Node.js before they can check anything.
  if (choice.host?.length || dryRun) await withCancel(signal => checkDigest(path, sha256, signal))
  const size = await sizeOf(path)
  const signature = tarball.signature === undefined ? undefined : {value: tarball.signature, publicKey}
  const input = {service, sha256, signature, handover, keep, ...start}
  const planning = {...input, release: outlineOf(manifest)}
  const askFirst = beforeStop(request.ask, service, 'must stop before the new release starts', {beside: true})
  return onHosts<Omit<Deployed, 'host'>, string>(
    choice,
    async (session, signal, there = path) => {
      if (dryRun) return planThere(session, planning, {tarball, size}, signal)
      note(`Deploying ${service} ${manifest.build} to ${session.name}`)
      const steps = deploySteps.filter(step => step !== 'connect' && step !== 'upload')
      const lockWaitMs = request.wait ? lockTimeoutMs : 0
      const deploying = {...input, tarball: there, systemd, user: request.user, lockWaitMs}
      return performShown(session, 'deploy', deploying, {steps, signal, show, note})
    },
    async (session, signal) => {
      if (dryRun) return path
      await session.prepare(path)
      // What is wrong with its settings is told before anything is asked or sent.
      await session.perform('plan', planning, {signal})
      if ((handover ?? manifest.handover) === 'instead') await askFirst(session)
      return uploadShown(session, {path, service, sha256, size}, {signal, show, note})
    },
  )
}

/** What would be done on one machine: here as there, nothing is sent and nothing written. */
const planThere = async (
  session: HostSession,
  planning: HostOperations['plan']['input'],
  {tarball: {path, sha256, manifest}, size}: {tarball: ChosenTarball; size: number},
  signal: AbortSignal,
): Promise<Omit<Deployed, 'host'>> => {
  const digest: PlannedStep = {step: 'digest', state: 'done', detail: shortDigest(sha256)}
  const upload = (what: string): PlannedStep => ({step: 'upload', state: 'planned', detail: what})
  const megabytes = `${(size / 1e6).toFixed(1)} MB`
  try {
    await session.prepare(path)
  } catch (error) {
    if (!(error instanceof NoFittingNode) || manifest.node.bundled === undefined) throw error
    const {service, build} = manifest
    const detail = `${megabytes}, and its Node.js; without that nothing can be checked there`
    return {service, build, readyMs: 0, gapMs: 0, pruned: [], ownMs: 0, plan: [digest, upload(detail)]}
  }
  const {result, plan} = await performPlanned(session, 'plan', planning, signal)
  return {...result, plan: [digest, ...(session.remote ? [upload(megabytes)] : []), ...plan]}
}

const sizeOf = async (path: string): Promise<number> => {
  const {stat} = await import('node:fs/promises')
  return (await stat(path)).size
}
