import {spawn} from 'node:child_process'
import {onTestFinished} from 'vitest'
import {followOutput} from './follow-output.ts'
import {runScript} from './run-essence.ts'

/** Starts the built CLI with open standard streams; killed when the test ends, and after 50 s. */
export const startEssence = (args: string[], env: NodeJS.ProcessEnv = {}, cwd?: string, timeout = 50_000) => {
  const child = spawn(process.execPath, [runScript, ...args], {
    cwd,
    env: {PATH: process.env['PATH'], ...env},
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout,
    killSignal: 'SIGKILL',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  // It may end before it has read everything.
  child.stdin.on('error', () => {})
  return {child, ...followOutput(child)}
}
