import {spawn} from 'node:child_process'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

/** ms after which a program that hangs is killed; its status is then null. */
const timeoutMs = 60_000

/** Runs a program to its end with nothing in its environment but PATH, HOME and what is given. */
export const runProgram = (
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
  cwd = tmpdir(),
): Promise<Ended> =>
  new Promise((done, fail) => {
    const {PATH, HOME} = process.env
    const child = spawn(command, args, {
      cwd,
      env: {PATH, HOME, ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    const ended: Ended = {status: null, stdout: '', stderr: ''}
    child.stdout.setEncoding('utf8').on('data', text => {
      ended.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      ended.stderr += text
    })
    child.on('error', fail).on('close', status => done({...ended, status}))
  })

export const runScript = join(root, 'bin/run.js')

/** Runs the built CLI, as a user does. */
export const essence = (args: string[], env?: NodeJS.ProcessEnv, cwd?: string): Promise<Ended> =>
  runProgram(process.execPath, [runScript, ...args], env, cwd)
