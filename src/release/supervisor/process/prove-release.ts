import {rm} from 'node:fs/promises'
import {EssenceError, isEssenceError, messageOf} from '../../../kit/errors.ts'
import type {HostEvent} from '../../host/events.ts'
import type {ServiceLayout} from '../../host/layout.ts'
import {openSteps} from '../../host/steps.ts'
import {pointCurrent} from '../point-current.ts'
import {movePidRecord, writePidRecord} from './pid-record.ts'
import type {ReleasePlan} from './release-plan.ts'
import {type ReleaseContext, ReleaseProcess, StartFailure} from './release-process.ts'

export interface ProveOptions {
  plan: ReleasePlan
  context: ReleaseContext
  layout: ServiceLayout
  onEvent: (event: HostEvent) => void
  signal: AbortSignal
}

export interface Proven {
  running: ReleaseProcess
  /** ms until it was ready. */
  readyMs: number
  /** When it was: `performance.now()`. */
  readyAt: number
}

/**
 * Starts a release, sees that it is ready and stays so, and points `current` at it.
 * @throws DEPLOY_FAILED, CANCELLED: what was started is gone, and its last lines went out as an event
 */
export const proveRelease = async ({plan, context, layout, onEvent, signal}: ProveOptions): Promise<Proven> => {
  const {request} = plan
  const {candidatePid, formerPid} = context.paths
  const steps = openSteps(onEvent)
  const startedAt = performance.now()
  let running: ReleaseProcess | undefined
  try {
    const started = new ReleaseProcess(plan, context)
    running = started
    await steps.do('start', async say => {
      if (started.pid === undefined) throw new StartFailure(`it ${(await started.ended).reason}`)
      // Should this supervisor be killed now, the next one can end it.
      await writePidRecord(candidatePid, started.pid, request.build)
      say(`process ${started.pid}`)
    })
    await steps.do('health', () => started.untilReady(request.readyMs, signal))
    const readyAt = performance.now()
    await steps.do('settle', async say => {
      await started.settle(request.settleMs, signal)
      say(`${request.settleMs} ms`)
    })
    await steps.do('switch', async say => {
      await pointCurrent(layout, request.build)
      await movePidRecord(layout.pidFile, formerPid)
      await movePidRecord(candidatePid, layout.pidFile)
      say(request.build)
    })
    return {running: started, readyMs: Math.round(readyAt - startedAt), readyAt}
  } catch (error) {
    if (running) {
      await running.stop(request.drainMs)
      onEvent({type: 'log', lines: [...running.lastLines]})
    }
    throw failed(error, plan, running !== undefined)
  } finally {
    await rm(candidatePid, {force: true}).catch(() => {})
  }
}

const failed = (error: unknown, {manifest, request}: ReleasePlan, started: boolean): unknown => {
  if (isEssenceError(error)) return error
  const what = `Release ${request.build} of ${manifest.service} ${started ? 'does not serve' : 'cannot be started'}`
  return new EssenceError('DEPLOY_FAILED', `${what}: ${messageOf(error)}`, {
    suggestions: [`Read what it wrote: essence logs ${manifest.service} --console`],
    cause: error,
  })
}
