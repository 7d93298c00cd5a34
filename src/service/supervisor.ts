import {type ChildProcess, spawn} from 'node:child_process'
import {createInterface} from 'node:readline'
import {setTimeout as sleep} from 'node:timers/promises'
import {backoffMs} from '../kit/backoff.ts'
import {errorTable} from '../kit/errors.ts'
import type {ReadyMessage, ServiceSummary} from './run-service.ts'

/** One service to keep running: `essence <args>` as a child process. */
export interface SupervisedService {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
}

/** What happens to a supervised service, in order. */
export type SupervisorEvent =
  | {type: 'starting'; name: string; pid: number | undefined}
  | {type: 'ready'; name: string; pid: number | undefined; summary: ServiceSummary; startMs: number}
  | {type: 'line'; name: string; line: string}
  /** It ended by itself and is started again after `inMs`. */
  | {type: 'restarting'; name: string; reason: string; inMs: number}
  /** It will not be started again. */
  | {type: 'gave-up'; name: string; reason: string; exit: number}
  | {type: 'stopped'; name: string}

export interface SuperviseOptions {
  onEvent: (event: SupervisorEvent) => void
  /** Aborting drains the service: SIGTERM, and SIGKILL after `killAfterMs`. */
  signal: AbortSignal
  /** Aborting kills at once. */
  force: AbortSignal
  killAfterMs: number
  /** First pause before a restart, doubled each time up to `maxBackoffMs`. */
  backoffMs?: number
  maxBackoffMs?: number
  /** A service that lived this long starts over with the first pause. */
  stableMs?: number
  /** Quick ends in a row after which it is given up. */
  maxQuickEnds?: number
}

/** Lines of output kept to say why a service ended. */
const keptLines = 12

/**
 * Ends that another start cannot mend: the user's turn, a port taken, a wrong model. Not those that a server somewhere
 * else, an engine or a bug stands behind: they may have passed by the next start.
 */
const hopeless = new Set(
  Object.values(errorTable)
    .filter(({kind, exit}) => kind !== 'remote' && kind !== 'bug' && exit !== errorTable.UNHEALTHY.exit)
    .map(row => row.exit),
)

/** Keeps one service running until the signal aborts or it is given up. Resolves then; never throws. */
export const supervise = async (service: SupervisedService, options: SuperviseOptions): Promise<void> => {
  const {
    onEvent,
    signal,
    backoffMs: firstBackoffMs = 500,
    maxBackoffMs = 30_000,
    stableMs = 60_000,
    maxQuickEnds = 5,
  } = options
  const {name} = service
  let quickEnds = 0
  while (!signal.aborted) {
    const end = await runOnce(service, options)
    if (signal.aborted) break
    quickEnds = end.livedMs >= stableMs ? 1 : quickEnds + 1
    if (hopeless.has(end.exit) || quickEnds >= maxQuickEnds) {
      onEvent({type: 'gave-up', name, reason: end.reason, exit: end.exit})
      return
    }
    const inMs = Math.round(backoffMs(quickEnds, firstBackoffMs, maxBackoffMs))
    onEvent({type: 'restarting', name, reason: end.reason, inMs})
    await sleep(inMs, undefined, {signal}).catch(() => {})
  }
  onEvent({type: 'stopped', name})
}

interface End {
  exit: number
  reason: string
  livedMs: number
}

const runOnce = async (service: SupervisedService, options: SuperviseOptions): Promise<End> => {
  const {name, command, args, env} = service
  const {onEvent, signal, force, killAfterMs} = options
  const started = performance.now()
  const lastLines: string[] = []
  // A process group of its own: Ctrl-C reaches the supervisor only, which then drains in order. Should the supervisor
  // itself be killed, the closed IPC channel tells the service to stop (see runService).
  const child = spawn(command, args, {env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc']})
  onEvent({type: 'starting', name, pid: child.pid})

  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    createInterface({input: stream}).on('line', line => {
      lastLines.push(line)
      if (lastLines.length > keptLines) lastLines.shift()
      onEvent({type: 'line', name, line})
    })
  }
  child.on('message', message => {
    if ((message as ReadyMessage)?.type !== 'ready') return
    const {summary} = message as ReadyMessage
    onEvent({type: 'ready', name, pid: child.pid, summary, startMs: Math.round(performance.now() - started)})
  })

  const ended = new Promise<{code: number | null; by: NodeJS.Signals | null; failure?: Error}>(resolve => {
    // What the service itself started dies with it: also because it may hold the pipes, which `close` waits for.
    child.once('exit', () => signalGroup(child, 'SIGKILL'))
    child.once('close', (code, by) => resolve({code, by}))
    child.once('error', failure => resolve({code: null, by: null, failure}))
  })
  let killTimer: NodeJS.Timeout | undefined
  const drain = (): void => {
    signalGroup(child, 'SIGTERM')
    killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), killAfterMs)
  }
  const kill = (): void => signalGroup(child, 'SIGKILL')
  if (signal.aborted) drain()
  signal.addEventListener('abort', drain, {once: true})
  force.addEventListener('abort', kill, {once: true})
  const {code, by, failure} = await ended
  clearTimeout(killTimer)
  signal.removeEventListener('abort', drain)
  force.removeEventListener('abort', kill)

  const how = failure ? failure.message : by ? `was ended by ${by}` : `ended with status ${code}`
  const said = errorText(lastLines)
  return {
    exit: code ?? errorTable.BUG.exit,
    reason: said ? `${how}: ${said}` : how,
    livedMs: performance.now() - started,
  }
}

/** A line of a log, as JSON or for people, that tells of no failure. */
const uneventful = /^(?:\{"level":"|\[[\d:.]+\] )(?:debug|info|warn)\b/i

/** The message out of an error as the CLI prints it; else the last line, if it can have to do with the end. */
const errorText = (lines: string[]): string => {
  const clean = lines.map(line => line.replace(/^[\s›»]+/, '')).filter(line => line !== '' && !uneventful.test(line))
  const from = clean.findLastIndex(line => line.startsWith('Error:'))
  if (from < 0) return clean.at(-1) ?? ''
  const to = clean.findIndex((line, index) => index > from && /^(Code|Try this):/.test(line))
  return clean
    .slice(from, to < 0 ? undefined : to)
    .join(' ')
    .replace('Error: ', '')
}

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // ESRCH: nobody is left in the group.
  }
}
