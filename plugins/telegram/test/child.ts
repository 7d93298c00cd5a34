import {type ChildProcess, spawn} from 'node:child_process'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {onTestFinished} from 'vitest'
import {followOutput} from '../../../test/kit/follow-output.ts'
import type {BotApiPeer} from '../../../test/peers/bot-api.ts'
import {ada} from './harness.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/** In place of the mock engines: those that come with Essence, of which none needs a download. */
export const realEngines: NodeJS.ProcessEnv = {JUNE_TEST_MODE: undefined, STT_THREADS: '1', STT_DEVICE: 'cpu'}

/**
 * `essence telegram-service`, or another command, as its own process, with mock engines and the peer in the place of
 * Telegram; killed when the test ends.
 */
export const startChild = (
  peer: BotApiPeer,
  dataDir: string,
  env: NodeJS.ProcessEnv = {},
  args = ['telegram-service', '--port', '0'],
) => {
  const child: ChildProcess = spawn(process.execPath, ['--conditions=essence-source', 'bin/dev.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: dataDir,
      JUNE_DATA_DIR: dataDir,
      JUNE_TEST_MODE: 'mock',
      TELEGRAM_BOT_TOKEN: peer.token,
      TELEGRAM_API_ROOT: peer.root,
      TELEGRAM_AUTHORIZED_USERS: String(ada),
      LOG_FORMAT: 'json',
      ENV_SH: '',
      // The second start of a test file need not compile again; the folder goes with the test's home.
      NODE_COMPILE_CACHE: join(process.env['HOME'] ?? tmpdir(), 'compile-cache'),
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
