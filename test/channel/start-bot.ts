import {type ChildProcess, spawn} from 'node:child_process'
import {onTestFinished} from 'vitest'
import {followOutput} from '../kit/follow-output.ts'
import {root} from '../kit/run-essence.ts'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A command of Essence as its own process, with mock engines; killed when the test ends. */
export const startBot = (args: readonly string[], dataDir: string, env: NodeJS.ProcessEnv) => {
  const child: ChildProcess = spawn(process.execPath, ['--conditions=essence-source', 'bin/dev.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: dataDir,
      JUNE_DATA_DIR: dataDir,
      JUNE_TEST_MODE: 'mock',
      LOG_FORMAT: 'json',
      ENV_SH: '',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...env,
    },
  })
  const {said, until, ended: over} = followOutput(child)
  const ended = over.then(({status, signal}): Ended => ({code: status, signal}))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    kill: (signal: NodeJS.Signals): boolean => child.kill(signal),
    ended,
    /** stdout and stderr so far. */
    output: () => said.output,
    /** Resolves when the output contains a text; rejects when the process ends without it. */
    says: (text: string) => until(text),
  }
}
