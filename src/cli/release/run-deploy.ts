import {once} from 'node:events'
import {createInterface} from 'node:readline/promises'
import {withCancel} from '../../kit/cancel.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {Semaphore} from '../../kit/flow/semaphore.ts'
import {checkDigest} from '../../release/artifact/digest.ts'
import {deploySteps} from '../../release/host/events.ts'
import type {HostSession} from '../../release/host-session.ts'
import type {DeployResult} from '../../release/operations/port.ts'
import {verifyRelease} from '../../release/signature.ts'
import {onHosts} from './ask-hosts.ts'
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
  verifyKey: string | undefined
  wait: boolean
  dryRun: boolean
  /** Ask before a service is stopped for its successor. */
  ask: boolean
}

/**
 * Whether a service must stop before the next release of it starts. A person is asked; a script has said what it wants.
 * @throws CANCELLED
 */
const askForGap = async (
  session: HostSession,
  {service, handover}: DeployRequest,
  tarball: ChosenTarball,
): Promise<void> => {
  if ((handover ?? tarball.manifest.handover) === 'beside') return
  await session.prepare(tarball.path)
  const [status] = await session.perform('status', {service})
  if (!status?.running) return
  const line = createInterface({input: process.stdin, output: process.stderr})
  try {
    // Ctrl-C and Ctrl-D reach the line, not the process.
    const left = Promise.race([once(line, 'SIGINT'), once(line, 'close')]).then(() => '')
    const question = `${service} runs on ${session.name} and must stop before the new release starts. Go on? [y/N] `
    const answer = await Promise.race([line.question(question).catch(() => ''), left])
    if (/^y(es)?$/i.test(answer.trim())) return
  } finally {
    line.close()
  }
  throw new EssenceError('CANCELLED', 'Nothing was deployed.', {suggestions: ['To not be asked: --yes']})
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
  if (choice.host?.length) await withCancel(signal => checkDigest(path, sha256, signal))
  const size = await sizeOf(path)
  const questions = new Semaphore(1)
  return onHosts<Omit<Deployed, 'host'>, string>(
    choice,
    async (session, signal, there = path) => {
      const signature = tarball.signature === undefined ? undefined : {value: tarball.signature, publicKey}
      const input = {
        ...{
          service,
          tarball: there,
          sha256,
          signature,
          handover,
          keep,
          dryRun,
          systemd,
        },
        ...start,
        lockWaitMs: request.wait ? lockTimeoutMs : 0,
      }
      if (dryRun) {
        const {result, plan} = await performPlanned(session, 'deploy', input, signal)
        return {...result, plan}
      }
      note(`Deploying ${service} ${manifest.build} to ${session.name}`)
      const steps = deploySteps.filter(step => step !== 'connect' && step !== 'upload')
      return performShown(session, 'deploy', input, {steps, signal, show, note})
    },
    async (session, signal) => {
      if (request.ask && !dryRun) await askOneByOne(questions, () => askForGap(session, request, tarball))
      return uploadShown(session, {path, service, sha256, size}, {signal, show, note})
    },
  )
}

/** One question at a time, also with several machines; a person who says no to one is not asked for the others. */
const askOneByOne = (questions: Semaphore, ask: () => Promise<void>): Promise<void> =>
  questions.run(() =>
    ask().catch(error => {
      if (isEssenceError(error) && error.code === 'CANCELLED') questions.close(error)
      throw error
    }),
  )

const sizeOf = async (path: string): Promise<number> => {
  const {stat} = await import('node:fs/promises')
  return (await stat(path)).size
}
