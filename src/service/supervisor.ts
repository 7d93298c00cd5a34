import {setTimeout as sleep} from 'node:timers/promises'
import {errorTable} from '../kit/errors.ts'
import {type End, ProcessGroup} from '../kit/process/group.ts'
import {type RestartOptions, RestartPolicy} from '../kit/process/restart-policy.ts'
import type {Listening, ServiceSummary, SupervisorMessage, SupervisorOrder} from './supervisor-message.ts'

/** One service to keep running: `essence <args>` as a child process. */
export interface SupervisedService {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
}

/** What happens to a supervised service, in order. */
export type SupervisorEvent =
  | {type: 'starting'; name: string; pid: number | undefined; send: (order: SupervisorOrder) => void}
  | ({type: 'listening'; name: string} & Listening)
  | {
      type: 'ready'
      name: string
      pid: number | undefined
      summary: ServiceSummary
      startMs: number
      reopens?: boolean | undefined
    }
  /** It runs on newly installed models, or goes on with what it has. */
  | {type: 'reopened'; name: string; summary: ServiceSummary}
  | {type: 'kept'; name: string; reason: string}
  | {type: 'line'; name: string; line: string}
  | {type: 'warning'; name: string; text: string}
  /** It ended by itself and is started again after `inMs`. */
  | {type: 'restarting'; name: string; reason: string; inMs: number}
  /** It will not be started again. */
  | {type: 'gave-up'; name: string; reason: string; exit: number; suggestions: string[]}
  | {type: 'stopped'; name: string}

export interface SuperviseOptions extends Omit<RestartOptions, 'hopeless'> {
  onEvent: (event: SupervisorEvent) => void
  /** Aborting drains the service: SIGTERM, and SIGKILL after `killAfterMs`. */
  signal: AbortSignal
  /** Aborting kills at once. */
  force: AbortSignal
  killAfterMs: number
}

/**
 * Ends that another start cannot mend: a mistake of the user, a port taken, a wrong model. Not those caused by a remote server,
 * an engine or a bug: they may have passed by the next start.
 */
const hopeless = new Set(
  Object.values(errorTable)
    .filter(({kind, exit}) => kind !== 'remote' && kind !== 'bug' && exit !== errorTable.UNHEALTHY.exit)
    .map(row => row.exit),
)

/** How a service ended, with the advice of the error that ended it. */
type ServiceEnd = End & {suggestions: string[]}

/** Keeps one service running until the signal aborts or it is given up. Resolves then; never throws. */
export const supervise = async (service: SupervisedService, options: SuperviseOptions): Promise<void> => {
  const {onEvent, signal} = options
  const {name} = service
  const policy = new RestartPolicy({...options, hopeless})
  while (!signal.aborted) {
    const end = await runOnce(service, options)
    if (signal.aborted) break
    const inMs = policy.pauseAfter(end)
    if (inMs === undefined) {
      onEvent({type: 'gave-up', name, reason: end.reason, exit: end.exit, suggestions: end.suggestions})
      return
    }
    onEvent({type: 'restarting', name, reason: end.reason, inMs})
    await sleep(inMs, undefined, {signal}).catch(() => {})
  }
  onEvent({type: 'stopped', name})
}

const runOnce = async (
  {name, command, args, env}: SupervisedService,
  {onEvent, signal, force, killAfterMs}: SuperviseOptions,
): Promise<ServiceEnd> => {
  const started = performance.now()
  let failure: Extract<SupervisorMessage, {type: 'failed'}> | undefined
  const service = new ProcessGroup({
    command,
    args,
    env,
    onLine: line => onEvent({type: 'line', name, line: line.toString()}),
    onMessage: received => {
      const message = received as SupervisorMessage | null
      if (message?.type === 'failed') failure = message
      else if (message?.type === 'ready') {
        const startMs = Math.round(performance.now() - started)
        onEvent({...message, name, pid: service.pid, startMs})
      } else if (message) onEvent({...message, name})
    },
  })
  onEvent({type: 'starting', name, pid: service.pid, send: order => service.send(order)})

  const drain = (): void => void service.terminate(killAfterMs)
  const kill = (): void => service.kill()
  if (signal.aborted) drain()
  signal.addEventListener('abort', drain, {once: true})
  force.addEventListener('abort', kill, {once: true})
  const end = await service.ended
  signal.removeEventListener('abort', drain)
  force.removeEventListener('abort', kill)
  return {...end, reason: failure?.message ?? end.reason, suggestions: failure?.suggestions ?? []}
}
