import {type ExecFileException, execFile} from 'node:child_process'
import {EssenceError, throwIfCancelled} from '../errors.ts'

export interface RunOptions {
  /** ms after which it is killed. */
  timeoutMs: number
  cwd?: string | undefined
  /** All of its environment. Default: that of this process. */
  env?: NodeJS.ProcessEnv | undefined
  signal?: AbortSignal | undefined
}

/** What became of a program. */
export interface Ran {
  stdout: string
  stderr: string
  /** Why it failed, to end a sentence: `ended with 3`, `did not end within 60 s`. Absent: it ended with status 0. */
  failure?: string | undefined
}

/** Characters of either output, beyond which it is killed. */
const maxBuffer = 16 * 1024 ** 2

/**
 * Runs a program to its end, without a shell. For what also runs on hosts, in one file without packages; elsewhere `execa`,
 * see docs/decisions/programs.md.
 * @throws CANCELLED
 */
export const runProgram = (
  file: string,
  args: readonly string[],
  {timeoutMs, cwd, env, signal}: RunOptions,
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    throwIfCancelled(signal)
    const options = {cwd, env, signal, timeout: timeoutMs, maxBuffer, killSignal: 'SIGKILL'} as const
    execFile(file, args, options, (error, stdout, stderr) => {
      if (signal?.aborted) return reject(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal.reason}))
      resolve({stdout, stderr, failure: error ? failureOf(error, timeoutMs) : undefined})
    })
  })

const failureOf = ({code, killed, signal, message}: ExecFileException, timeoutMs: number): string => {
  if (typeof code === 'number') return `ended with ${code}`
  // It could not be started, or said too much.
  if (typeof code === 'string') return `failed: ${message}`
  return killed ? `did not end within ${timeoutMs / 1000} s` : `was ended by ${signal}`
}
