import {createInterface} from 'node:readline/promises'
import {EssenceError} from '../kit/errors.ts'
import {type Asking, onHosts, performShown} from './ask-hosts.ts'
import {type ChosenTarball, chooseTarball, readVerifyKey} from './choose-tarball.ts'
import {type DeployResult, deploySteps} from './host/operations.ts'
import type {HostChoice, startInput} from './host-flags.ts'
import type {HostSession} from './host-session.ts'

/** ms that `--wait` waits for another deploy. */
const longestWaitMs = 30 * 60_000

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
  const [status] = await session.perform('status', {service})
  if (!status?.running) return
  const line = createInterface({input: process.stdin, output: process.stderr})
  try {
    const question = `${service} runs on ${session.name} and must stop before the new release starts. Go on? [y/N] `
    if (/^y(es)?$/i.test((await line.question(question)).trim())) return
  } finally {
    line.close()
  }
  throw new EssenceError('CANCELLED', 'Nothing was deployed.', {suggestions: ['To not be asked: --yes']})
}

/** `essence deploy`: choose the tarball, bring it to each machine, make it serve there. */
export const runDeploy = async (request: DeployRequest): Promise<({host: string} & DeployResult)[]> => {
  const {service, choice, start, handover, keep, systemd, dryRun, show, note} = request
  const tarball = await chooseTarball(service, request.tarball, request.builds)
  const publicKey = request.verifyKey === undefined ? undefined : await readVerifyKey(request.verifyKey)
  if (publicKey !== undefined && tarball.signature === undefined) {
    throw new EssenceError('SIGNATURE_INVALID', `${tarball.path} has no signature beside it (.sig).`, {
      suggestions: [`Sign it: essence build ${service} --sign KEY.pem`],
    })
  }
  return onHosts(choice, async (session, signal) => {
    if (request.ask && !dryRun) await askForGap(session, request, tarball)
    const {path, sha256, manifest} = tarball
    note(`${dryRun ? 'Would deploy' : 'Deploying'} ${service} ${manifest.build} to ${session.name}`)
    const there = await session.upload({path, service, sha256, size: await sizeOf(path)}, {signal})
    const signature = tarball.signature === undefined ? undefined : {value: tarball.signature, publicKey}
    const input = {
      ...{service, tarball: there, sha256, signature, handover, keep, systemd, dryRun},
      ...start,
      lockWaitMs: request.wait ? longestWaitMs : 0,
    }
    const steps = deploySteps.filter(step => step !== 'connect' && step !== 'upload')
    return performShown(session, 'deploy', input, {steps, signal, show, note})
  })
}

const sizeOf = async (path: string): Promise<number> => {
  const {stat} = await import('node:fs/promises')
  return (await stat(path)).size
}
