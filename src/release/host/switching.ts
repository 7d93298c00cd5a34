import {EssenceError} from '../../kit/errors.ts'
import type {ServiceControl, Switched, SwitchRequest} from './control.ts'
import type {Host} from './host.ts'
import type {ServiceLayout} from './layout.ts'
import type {OperationContext} from './operations.ts'
import type {ServiceState} from './service-state.ts'

export interface SwitchOutcome extends Switched {
  /** ms of the switch alone: mostly the service's own start, and what it takes to prove itself. */
  serviceMs: number
}

/**
 * Makes a release the one that serves, by the service's supervisor; where none runs, one is started, and ended again
 * when nothing comes of it.
 * @throws DEPLOY_FAILED; CANCELLED; USAGE when a running supervisor is to become a systemd unit
 */
export const switchService = async (
  {supervision, program}: Host,
  layout: ServiceLayout,
  {state, systemd}: {state: ServiceState; systemd: boolean},
  request: SwitchRequest,
  {onEvent, signal}: OperationContext,
): Promise<SwitchOutcome> => {
  const running = await supervision.connect(layout)
  let control: ServiceControl | undefined = running
  try {
    if (running && systemd && !state.systemd) {
      throw new EssenceError(
        'USAGE',
        `${layout.service} runs without systemd; it cannot change over while it serves.`,
        {
          suggestions: [`Stop it first: essence stop ${layout.service}`],
        },
      )
    }
    control ??= await supervision.start(layout, {systemd: systemd || state.systemd, program})
    const started = performance.now()
    const switched = await control.switchTo(request, onEvent, signal)
    return {...switched, serviceMs: performance.now() - started}
  } catch (error) {
    // Started for this alone, it has nothing to keep running.
    if (!running) await control?.stop({drainMs: request.drainMs}, () => {}).catch(() => {})
    throw error
  } finally {
    control?.close()
  }
}

/** What the last deploy left for later starts, with what is asked now before it. */
export const switchRequest = (
  build: string,
  state: ServiceState,
  asked: Partial<Omit<SwitchRequest, 'build'>>,
): SwitchRequest => ({
  build,
  envFile: asked.envFile ?? state.envFile,
  readyMs: asked.readyMs ?? state.readyMs,
  settleMs: asked.settleMs ?? state.settleMs,
  drainMs: asked.drainMs ?? state.drainMs,
  handover: asked.handover ?? state.handover,
})
