import {type ChildProcess, spawn} from 'node:child_process'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {onTestFinished} from 'vitest'
import {followOutput} from '../../../test/kit/follow-output.ts'
import type {DiscordPeer} from '../../../test/peers/discord.ts'
import {ada} from './harness.ts'

const root = resolve(import.meta.dirname, '../../..')

/**
 * `essence discord-service`, or another command, as its own process, with mock engines and the peer in the place of Discord; killed when
 * the test ends.
 */
export const startChild = (
  peer: DiscordPeer,
  dataDir: string,
  env: NodeJS.ProcessEnv = {},
  args = ['discord-service', '--port', '0'],
) => {
  const child: ChildProcess = spawn(process.execPath, ['--conditions=essence-source', 'bin/dev.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: dataDir,
      JUNE_DATA_DIR: dataDir,
      JUNE_TEST_MODE: 'mock',
      DISCORD_BOT_TOKEN: peer.token,
      DISCORD_API_ROOT: peer.root,
      DISCORD_AUTHORIZED_USERS: ada,
      LOG_FORMAT: 'json',
      ENV_SH: '',
      // The second start of a test file need not compile again; the folder goes with the test's home.
      NODE_COMPILE_CACHE: join(process.env['HOME'] ?? tmpdir(), 'compile-cache'),
      ...env,
    },
  })
  const {said, until, ended: over} = followOutput(child)
  const ended = over.then(({status, signal}) => ({code: status, signal}))
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
