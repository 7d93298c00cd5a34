import {setTimeout as pause} from 'node:timers/promises'
import {EssenceError, isEssenceError, throwIfCancelled} from '../../kit/errors.ts'
import type {ServiceControl, Switched, SwitchRequest} from '../host/control.ts'
import type {HostEvent} from '../host/events.ts'
import type {Host} from '../host/host.ts'
import type {ServiceLayout} from '../host/layout.ts'
import type {ServiceState} from '../host/service-state.ts'
import {openSteps} from '../host/steps.ts'
import type {OperationContext} from './port.ts'

export interface SwitchContext extends OperationContext {
  /** Throws when the lock of the service was taken away meanwhile. */
  assertOurs: () => Promise<void>
}

export interface SwitchOutcome extends Switched {
  /** ms of the switch alone: mostly the service's own start, and what it takes to prove itself. */
  serviceMs: number
}

/**
 * Makes a release the one that serves, by the service's supervisor; where none runs, one is started, and ended again
 * when nothing comes of it.
 * @throws DEPLOY_FAILED; LOCKED; CANCELLED; USAGE when a running supervisor is to become a systemd unit, or one of another user
 */
export const switchService = async (
  {supervision, program}: Host,
  layout: ServiceLayout,
  {state, systemd = false, user = state.user}: {state: ServiceState; systemd?: boolean; user?: string | undefined},
  request: SwitchRequest,
  {onEvent, signal, assertOurs}: SwitchContext,
): Promise<SwitchOutcome> => {
  await assertOurs()
  const running = await supervision.connect(layout)
  let control: ServiceControl | undefined = running
  try {
    if (running && systemd && !state.systemd) throw needsStop(layout, 'runs without systemd')
    if (running && user !== state.user)
      throw needsStop(layout, `runs as ${state.user ?? 'root'}, not as ${user ?? 'root'}`)
    control ??= await supervision.start(layout, {systemd: systemd || state.systemd, user, program, request})
    const started = performance.now()
    const {switchTo} = control
    let drained = false
    const pass = (event: HostEvent): void => {
      drained ||= event.type === 'step' && event.step === 'drain'
      onEvent(event)
    }
    const switched = await whenFree(request.drainMs, signal, () => switchTo(request, pass, signal))
    if (!drained) openSteps(onEvent).skip('drain', 'nothing ran before')
    return {...switched, serviceMs: performance.now() - started}
  } catch (error) {
    // Started for this alone, it has nothing to keep running.
    if (!running) await control?.stop({drainMs: request.drainMs}, () => {}).catch(() => {})
    throw error
  } finally {
    control?.close()
  }
}

const needsStop = ({service}: ServiceLayout, runs: string): EssenceError =>
  new EssenceError('USAGE', `${service} ${runs}; it cannot change over while it serves.`, {
    suggestions: [`Stop it first: essence stop ${service}`],
  })

/** ms that a supervisor takes to notice that the caller of a switch is gone, beside the release's own end. */
const noticeMs = 5000

/**
 * Asks a supervisor again while it still ends what a killed deploy had it start: the holder of the service's lock is
 * alone, so nothing else keeps it busy for long.
 * @throws what the work throws
 */
export const whenFree = async <T>(drainMs: number, signal: AbortSignal, ask: () => Promise<T>): Promise<T> => {
  const deadline = performance.now() + drainMs + noticeMs
  for (;;) {
    throwIfCancelled(signal)
    try {
      return await ask()
    } catch (error) {
      if (!isEssenceError(error) || error.code !== 'LOCKED' || performance.now() > deadline) throw error
    }
    await pause(100)
  }
}

/** What the last deploy left for later starts, with what is asked now before it. */
export const switchRequest = (
  build: string,
  state: ServiceState,
  asked: {[Key in Exclude<keyof SwitchRequest, 'build'>]?: SwitchRequest[Key] | undefined},
): SwitchRequest => ({
  build,
  envFile: asked.envFile ?? state.envFile,
  readyMs: asked.readyMs ?? state.readyMs,
  settleMs: asked.settleMs ?? state.settleMs,
  drainMs: asked.drainMs ?? state.drainMs,
  handover: asked.handover ?? state.handover,
})
