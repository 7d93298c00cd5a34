import {constants} from 'node:fs'
import {access, writeFile} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {withCancel} from '../../kit/cancel.ts'
import {EssenceError} from '../../kit/errors.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {type Built, buildRelease, buildSteps} from '../../release/packaging/build.ts'
import {refreshBuild} from '../../release/packaging/fresh-build.ts'
import {removeOldBuilds} from '../../release/packaging/pack/keep-builds.ts'
import {openSigner} from '../../release/packaging/pack/signing-key.ts'
import {type PlanRequest, planBuild, planLines} from '../../release/packaging/plan.ts'
import {buildAgain} from '../../release/packaging/reproduce.ts'
import {openStepView, type StepViewKind} from '../step-view.ts'

export interface BuildRequest extends PlanRequest {
  withNode: boolean
  /** Path of an Ed25519 private key. */
  sign?: string | undefined
  verifyReproducible: boolean
  dryRun: boolean
  show: StepViewKind
  /** Lines of the result, for people. */
  log: (line: string) => void
  warn: (message: string) => void
}

/** ms to end what compiles and to remove a stage of a gigabyte, after Ctrl-C. */
const tidyMs = 30_000

/** Builds of a service that stay, the new one among them. */
const kept = 3

const titles = {
  refresh: 'Bring the compiled code up to date',
  ...buildSteps,
  again: 'Build it again elsewhere, and compare',
  sign: 'Sign',
} as const

const makeOutputFolder = async (folder: string): Promise<void> => {
  try {
    await makeFolder(folder)
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new EssenceError('OUTPUT_UNWRITABLE', `${folder} is no folder this user may write to.`, {
      cause,
      suggestions: ['Choose another folder: --output FOLDER'],
    })
  }
}

/**
 * `essence build`: plan, build, compare, sign, tell.
 * @throws USAGE, BUILD_FAILED, SECRET_FOUND, and what the steps throw
 */
export const runBuild = async (request: BuildRequest): Promise<unknown> => {
  const {checkout, withNode, sign, verifyReproducible, dryRun, log, warn} = request
  const plan = await planBuild(request)
  const {target, sources, engines, gpu, destination} = plan
  const signer = sign === undefined ? undefined : await openSigner(sign)
  const described = {
    service: target.service,
    command: target.command,
    ...{engines, gpu, withNode},
    commit: sources.commit,
    dirty: sources.dirty,
  }
  if (dryRun) {
    for (const line of planLines(plan, {withNode, sign: !!signer, twice: verifyReproducible})) log(line)
    return {...described, path: destination}
  }
  if (sources.unanswered)
    warn(`${sources.unanswered.message}; the release has no commit, and says that it may differ (dirty).`)
  else if (sources.dirty) warn('The sources differ from their commit; the release says so of itself (dirty).')
  await makeOutputFolder(dirname(destination))

  const started = performance.now()
  const work = async (signal: AbortSignal): Promise<Built> => {
    const {onStep, close} = openStepView(titles, request.show)
    const doStep = async (step: 'refresh' | 'sign' | 'again', work: () => Promise<unknown>): Promise<void> => {
      const begun = performance.now()
      onStep({step, state: 'started'})
      await work().catch(error => {
        onStep({step, state: 'failed'})
        throw error
      })
      onStep({step, state: 'done', ms: performance.now() - begun})
    }
    try {
      await doStep('refresh', () => refreshBuild(checkout, signal))
      const options = {...plan, checkout, withNode, signal}
      return await buildRelease({...options, onStep}, async built => {
        if (verifyReproducible) await doStep('again', () => buildAgain(built, options))
        else onStep({step: 'again', state: 'skipped', detail: 'not asked (--verify-reproducible)'})
        if (signer) await doStep('sign', () => writeFile(`${built.path}.sig`, `${signer(built.sha256)}\n`))
        else onStep({step: 'sign', state: 'skipped', detail: 'no key (--sign)'})
      })
    } finally {
      await close()
    }
  }
  const built = await withCancel(work, undefined, tidyMs)
  const removed = await removeOldBuilds(dirname(destination), target.service, {keep: kept, made: basename(destination)})
  const {manifest, path, sha256, size, packages} = built
  log(`${path}  ${(size / 1e6).toFixed(1)} MB, build ${manifest.build}`)
  return {
    ...described,
    build: manifest.build,
    ...{path, sha256, size, packages},
    files: manifest.files.length,
    signed: signer !== undefined,
    reproduced: verifyReproducible,
    removed,
    ms: Math.round(performance.now() - started),
  }
}
