import {type ChildProcess, fork} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {setPriority} from 'node:os'
import {extname} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Semaphore} from '../../../kit/flow/semaphore.ts'

/** Files, and streams, decoded at once: each takes a process of 60 MB or so. A stream keeps its own as long as it likes. */
const maxFiles = 8
const maxStreams = 8

/**
 * Decoders kept for the next job, and jobs after which one is replaced: what a damaged file leaves behind goes with it. To begin one takes
 * much longer than to decode what somebody says; each has 60 MB.
 */
const maxIdle = 4
const maxJobs = 100

/** Behind all that is not decoding. */
const lowPriority = 19

/**
 * Processes that decode. They are begun when they are needed, are given nothing of the environment but where programs and
 * temporary files are, and end with this process.
 */
class Decoders {
  readonly files = new Semaphore(maxFiles)
  readonly streams = new Semaphore(maxStreams)
  readonly #idle: ChildProcess[] = []
  readonly #jobs = new WeakMap<ChildProcess, number>()
  /** Those that stepped back: nobody but root may bring one forward again, so none is kept. */
  readonly #lowered = new WeakSet<ChildProcess>()

  takeIdle(): ChildProcess | undefined {
    const decoder = this.#idle.pop()
    decoder?.ref()
    decoder?.channel?.ref()
    return decoder && this.#counted(decoder)
  }

  takeNew(): ChildProcess {
    return this.#counted(start())
  }

  /** Keeps a decoder whose job has ended by itself. */
  giveBack(decoder: ChildProcess): void {
    decoder.removeAllListeners('message')
    const isSpent = (this.#jobs.get(decoder) ?? 0) >= maxJobs || this.#lowered.has(decoder)
    if (this.#idle.length >= maxIdle || !decoder.connected || isSpent) {
      decoder.kill('SIGKILL')
      return
    }
    // It keeps no process alive.
    decoder.unref()
    decoder.channel?.unref()
    this.#idle.push(decoder)
  }

  /** Each thread by itself: on Linux they have priorities of their own, and it is not the first one that computes. */
  lower(decoder: ChildProcess): void {
    this.#lowered.add(decoder)
    try {
      for (const thread of readdirSync(`/proc/${decoder.pid}/task`)) setPriority(Number(thread), lowPriority)
    } catch {
      // It has ended, or the system does not let us; it is bounded all the same.
    }
  }

  #counted(decoder: ChildProcess): ChildProcess {
    this.#jobs.set(decoder, (this.#jobs.get(decoder) ?? 0) + 1)
    return decoder
  }

  forget(decoder: ChildProcess): void {
    const at = this.#idle.indexOf(decoder)
    if (at !== -1) this.#idle.splice(at, 1)
  }
}

/** One for the process, as is FFmpeg where it is loaded: whoever decodes shares them. */
export const decoders = new Decoders()

/** A place for the decoder of a stream, if one is free. */
export const tryTakePlace = (): (() => void) | undefined => decoders.streams.tryAcquire()

const start = (): ChildProcess => {
  const file = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url))
  const {PATH, TMPDIR, LD_LIBRARY_PATH} = process.env
  const decoder = fork(file, [], {
    cwd: '/',
    env: {PATH, TMPDIR, LD_LIBRARY_PATH},
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  })
  decoder.once('exit', () => decoders.forget(decoder))
  return decoder
}
