// A folder for `essence init` to work in, with a Bot API server on loopback, and mocks as engines where the turn is not what is tested.
import {spawn} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, onTestFinished} from 'vitest'
import {findProgram} from '../../src/kit/process/find-program.ts'
import {followOutput} from '../kit/follow-output.ts'
import {runScript} from '../kit/run-essence.ts'
import {startEssence} from '../kit/start-essence.ts'
import {type BotApiPeer, openBotApiPeer} from '../peers/bot-api.ts'
import {temporaryFolder} from '../temporary-folder.ts'

/** Makes a terminal. */
export const script = await findProgram(['script'])

export const token = '4711:AAexampleTokenForTests-not-a-real_one'

/** A folder for init to work in. @param api of a Bot API server @param more environment */
export const place = (api: string, more: NodeJS.ProcessEnv = {}) => {
  const folder = temporaryFolder()
  const file = join(folder, '.env')
  // Discord asks in its plugin's own tests.
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', 'init.json'), JSON.stringify({leftOut: ['DISCORD_BOT_TOKEN']}))
  const env: NodeJS.ProcessEnv = {
    ...{
      JUNE_DATA_DIR: join(folder, 'data'),
      MODEL_CACHE_DIR: join(folder, 'models'),
      HF_ENDPOINT: 'http://127.0.0.1:9',
    },
    ...{TELEGRAM_API_ROOT: api, JUNE_TEST_MODE: 'mock', STT_THREADS: '1', STT_DEVICE: 'cpu', ...more},
  }
  /** With piped streams. @param input of standard input, which ends then */
  const run = async (flags: string[], {input = '', env: own = {}}: {input?: string; env?: NodeJS.ProcessEnv} = {}) => {
    const {child, ended} = startEssence(['init', ...flags], {...env, ...own}, folder, childMs)
    child.stdin.end(input)
    return ended
  }
  /** On a terminal. */
  const ask = (...flags: string[]) => {
    const words = [process.execPath, runScript, 'init', ...flags].map(word => `'${word}'`).join(' ')
    const pidFile = join(temporaryFolder(), 'pid')
    const command = `echo $$ > '${pidFile}'; exec ${words}`
    const child = spawn(script?.path ?? '', ['-qefc', command, '/dev/null'], {
      ...{cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], timeout: childMs, killSignal: 'SIGKILL'},
      env: {PATH: process.env['PATH'], HOME: folder, TERM: 'xterm', NO_COLOR: '1', ...env},
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const followed = followOutput(child)
    /** Waits for a question, after what was read so far, and answers it. */
    let read = 0
    const answer = async (question: string, keys: string): Promise<void> => {
      await expect.poll(() => followed.said.stdout.slice(read), {timeout: 40_000}).toContain(question)
      read = followed.said.stdout.indexOf(question, read) + question.length
      child.stdin.write(keys)
    }
    /** Ends the command itself, not its terminal. */
    const kill = (): boolean => process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL')
    return {child, ...followed, answer, kill}
  }
  const written = (): string[] => readFileSync(file, 'utf8').trim().split('\n')
  return {folder, file, env, run, ask, written, isWritten: () => existsSync(file)}
}

export const botApi = async (): Promise<BotApiPeer> => {
  const peer = await openBotApiPeer({token})
  onTestFinished(() => peer.close())
  return peer
}

/** ms after which a command that hangs is killed: a turn of real engines takes its time where others compute. */
const childMs = 110_000

/** Where nobody answers. */
export const nobody = 'http://127.0.0.1:9'
