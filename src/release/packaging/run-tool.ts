import {execa} from 'execa'
import {defined} from '../../kit/defined.ts'
import {throwIfCancelled} from '../../kit/errors.ts'

export interface RanTool {
  /** `undefined` when a signal ended it. */
  status: number | undefined
  stdout: string
  /** The last of it. */
  stderr: string
}

/** Characters kept of what a tool says goes wrong. */
const keptLength = 20_000

/**
 * Runs a tool to its end (git, npm, a shell), killed when the work is cancelled: the folder it works in is about to go.
 * @param env all of its environment. Default: that of this process
 * @throws CANCELLED; the system's error when it cannot be started (ENOENT)
 */
export const runTool = async (
  tool: string,
  args: readonly string[],
  {cwd, env, signal}: {cwd: string; env?: NodeJS.ProcessEnv | undefined; signal?: AbortSignal | undefined},
): Promise<RanTool> => {
  throwIfCancelled(signal)
  const ran = await execa(tool, args, {
    cwd,
    ...defined({env, cancelSignal: signal}),
    extendEnv: env === undefined,
    stdin: 'ignore',
    killSignal: 'SIGKILL',
    stripFinalNewline: false,
    reject: false,
  })
  throwIfCancelled(signal)
  if (ran.code !== undefined) throw ran.cause
  return {status: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr.slice(-keptLength)}
}
