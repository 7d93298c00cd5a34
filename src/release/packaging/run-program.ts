import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {throwIfCancelled} from '../../kit/errors.ts'

export interface Ran {
  /** `null` when a signal ended it. */
  status: number | null
  stdout: string
  /** The last of it. */
  stderr: string
}

/** Bytes kept of what a program says goes wrong. */
const keptBytes = 20_000

/**
 * Runs a program to its end, killed when the work is cancelled: the folder it works in is about to go.
 * @throws CANCELLED; the system's error when it cannot be started (ENOENT)
 */
export const runProgram = async (
  program: string,
  args: readonly string[],
  {cwd, env, signal}: {cwd: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined},
): Promise<Ran> => {
  throwIfCancelled(signal)
  const child = spawn(program, args, {cwd, env, stdio: ['ignore', 'pipe', 'pipe']})
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptBytes)
  })
  const kill = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', kill, {once: true})
  try {
    const [status] = (await once(child, 'close')) as [number | null]
    throwIfCancelled(signal)
    return {status, stdout, stderr}
  } finally {
    signal?.removeEventListener('abort', kill)
  }
}
