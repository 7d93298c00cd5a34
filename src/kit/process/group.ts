import {type ChildProcess, spawn} from 'node:child_process'
import {setTimeout as sleep} from 'node:timers/promises'
import {defined} from '../defined.ts'
import {errorTable} from '../errors.ts'
import {ByteLines} from '../flow/byte-lines.ts'
import {isFault, logText, readLogLine} from '../log-line.ts'
import {groupIsAlive} from './identity.ts'

export interface GroupOptions {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd?: string | undefined
  /** Open files it gets as descriptors 3, 4 …; they stay open here. */
  descriptors?: readonly number[] | undefined
  /** Each line of standard output and standard error, without its end. */
  onLine: (line: Buffer) => void
  onMessage?: ((message: unknown) => void) | undefined
  /** Lines kept to say why it ended. Default 12. */
  keptLines?: number | undefined
}

/** How a process ended. */
export interface End {
  /** Exit status; that of a bug where a signal ended it, or it never began. */
  exit: number
  /** `ended with status 7: Port 8000 is taken by another program.` */
  reason: string
  livedMs: number
}

/** Bytes kept of each of the last lines. */
const keptBytes = 4096
/** ms for the last output of a process after its end: a process it left behind, outside its group, may hold the pipes open. */
const lastOutputMs = 1000
/** ms for what it had started to be gone after SIGKILL. */
const groupGoneMs = 1000
const groupPollMs = 5

/**
 * A service as a process in a group of its own, with an IPC channel. Ctrl-C reaches its parent, which then drains it in
 * order; should the parent be killed, the closed channel tells the service to stop (see `runService`).
 */
export class ProcessGroup {
  readonly pid: number | undefined
  /** Resolves when it has ended and what it had started in its group is gone, or was sent SIGKILL a second ago. Never rejects. */
  readonly ended: Promise<End>
  /** Its last lines, oldest first. */
  readonly lastLines: string[] = []
  readonly #child: ChildProcess
  readonly #started = performance.now()
  #hasEnded = false

  constructor({command, args, env, cwd, descriptors = [], onLine, onMessage, keptLines = 12}: GroupOptions) {
    const child = spawn(command, args, {
      env,
      ...defined({cwd}),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors, 'ipc'],
    })
    this.#child = child
    this.pid = child.pid
    const outputs = [child.stdout, child.stderr].flatMap(stream => stream ?? [])
    for (const stream of outputs) {
      const lines = new ByteLines(line => {
        this.lastLines.push(line.toString('utf8', 0, keptBytes))
        if (this.lastLines.length > keptLines) this.lastLines.shift()
        onLine(line)
      })
      stream.on('data', (chunk: Buffer) => lines.push(chunk))
      stream.once('close', () => lines.end())
    }
    if (onMessage) child.on('message', onMessage)
    this.ended = new Promise(resolve => {
      const done = (how: string, exit = errorTable.BUG.exit): void => {
        this.#hasEnded = true
        const said = errorText(this.lastLines)
        resolve({exit, reason: said ? `${how}: ${said}` : how, livedMs: performance.now() - this.#started})
      }
      child.once('exit', () => {
        // What it had started dies with it.
        this.#signalGroup('SIGKILL')
        const cut = setTimeout(() => {
          for (const stream of outputs) stream.destroy()
        }, lastOutputMs)
        child.once('close', () => clearTimeout(cut))
      })
      child.once('close', async (code, by) => {
        await this.#groupGone()
        done(by ? `was ended by ${by}` : `ended with status ${code}`, code ?? undefined)
      })
      child.once('error', failure => done(failure.message))
    })
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Sends it a message over the IPC channel; nothing where it has ended. */
  send(message: object): void {
    if (this.#child.connected) this.#child.send(message, undefined, undefined, () => {})
  }

  /** Asks it to drain (SIGTERM, to the process alone: what it started may be part of its work); kills the group after `killAfterMs`. */
  async terminate(killAfterMs: number): Promise<{killed: boolean}> {
    let killed = false
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => {
      killed = true
      this.kill()
    }, killAfterMs)
    await this.ended
    clearTimeout(timer)
    return {killed}
  }

  /** Ends it and its group now. */
  kill(): void {
    this.#signalGroup('SIGKILL')
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.pid === undefined || this.#hasEnded) return
    try {
      process.kill(-this.pid, signal)
    } catch {
      // ESRCH: the group is empty.
    }
  }

  async #groupGone(): Promise<void> {
    const until = performance.now() + groupGoneMs
    while (this.pid !== undefined && (await groupIsAlive(this.pid)) && performance.now() < until)
      await sleep(groupPollMs)
  }
}

/** A line of a log for people, as pino-pretty writes it, and the lines of details below it. */
const prettyLog = /^\[[\d:.]+\] (\w+)|^ {4}/
const prettyFault = /^\[[\d:.]+\] (?:WARN|ERROR|FATAL)[^:]*: (.*)/

/** Of one line of a log: what went wrong; undefined for a line that tells of nothing wrong, null for one of no log. */
const faultIn = (line: string): string | undefined | null => {
  const logged = readLogLine(line)
  if (logged) return isFault(logged) ? logText(logged) : undefined
  if (line.startsWith('{"level":"') || prettyLog.test(line)) return prettyFault.exec(line)?.[1]
  return null
}

/** What a process says outside its log when it breaks. */
const breaking = /error|fatal|fault|abort|exception|panic|terminat|killed/i

/**
 * The last words of a process: the error as the CLI prints it; else the last line that tells of something wrong, in its log or
 * outside. Of a process that keeps no log any last line counts.
 */
export const errorText = (lines: readonly string[]): string => {
  const read = lines.map(line => ({text: line.replace(/^[\s›»]+/, ''), fault: faultIn(line)}))
  const plain = read.filter(({text, fault}) => text !== '' && fault === null).map(({text}) => text)
  const from = plain.findLastIndex(line => line.startsWith('Error:'))
  if (from < 0) {
    const logs = read.some(({fault}) => fault !== null)
    const last = read.findLast(
      ({text, fault}) => fault ?? (fault === null && text !== '' && (!logs || breaking.test(text))),
    )
    return last?.fault ?? last?.text ?? ''
  }
  const to = plain.findIndex((line, index) => index > from && /^(Code|Try this):/.test(line))
  return plain
    .slice(from, to < 0 ? undefined : to)
    .map(line => line.trim())
    .join(' ')
    .replace('Error: ', '')
}
