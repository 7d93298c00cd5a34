// The commands against running services: `essence stt` and `essence tts` as processes of their own, reached by --url.
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {followOutput} from '../kit/follow-output.ts'
import {freePort} from '../kit/free-port.ts'
import {essence, runScript} from '../kit/run-essence.ts'
import {commandFolder} from './command-folder.ts'

const {folder, path, env} = commandFolder()
const services: ChildProcess[] = []

/** A service that says it is ready, and where it is. */
const serve = async (name: 'stt' | 'tts'): Promise<string> => {
  const [port, metrics] = [await freePort(), await freePort()]
  const upper = name.toUpperCase()
  const child = spawn(process.execPath, [runScript, name], {
    cwd: folder,
    env: {PATH: process.env['PATH'], ...env, [`${upper}_PORT`]: `${port}`, [`${upper}_METRICS_PORT`]: `${metrics}`},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  services.push(child)
  const url = `grpc://127.0.0.1:${port}`
  await followOutput(child).until(url)
  return url
}

const run = (args: string[]) => essence(args, env, folder)
const json = async (args: string[]) => {
  const {status, stdout} = await run([...args, '--json'])
  return {status, ...JSON.parse(stdout)}
}

let stt = ''
let tts = ''
beforeAll(async () => {
  stt = await serve('stt')
  tts = await serve('tts')
})
afterAll(async () => {
  for (const child of services.splice(0)) {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
})

describe('--url', () => {
  it('what one service says, the other hears', async () => {
    const said = await json(['say', 'what time is it', '--url', tts, '-o', path('q.ogg')])
    expect(said).toMatchObject({status: 0, data: {engine: {engine: 'espeak-ng'}}})
    const heard = await json(['transcribe', path('q.ogg'), '--url', stt])
    expect(heard).toMatchObject({status: 0, data: {text: 'what time is it', language: 'en'}})
  })

  it('word times come over the wire, and make subtitles', async () => {
    const {status} = await run(['transcribe', path('q.ogg'), '--url', stt, '--words', '-o', path('q.vtt')])
    expect(status).toBe(0)
    expect(readFileSync(path('q.vtt'), 'utf8')).toMatch(/\nwhat <00:00:0\d\.\d{3}>time <.+>is <.+>it\n/)
  })

  it('lists the voices of the service', async () => {
    const {status, data} = await json(['voices', '--language', 'de', '--url', tts])
    expect(status).toBe(0)
    expect(data).toMatchObject([{id: 'de', engine: 'espeak-ng', sampleRate: 22_050}, {id: 'de+f3'}])
  })

  it.each([
    [
      'a voice it has not',
      () => ['say', 'Hi', '--voice', 'nobody', '--url', tts, '-o', path('x.ogg')],
      'VOICE_UNKNOWN',
      2,
    ],
    [
      'a voice it has not, in a language it has',
      () => ['say', 'Hi', '--voice', 'nobody', '--language', 'en', '--url', tts, '-o', path('x.ogg')],
      'VOICE_UNKNOWN',
      2,
    ],
    [
      'a language it has not',
      () => ['say', 'Hi', '--language', 'tlh', '--url', tts, '-o', path('x.ogg')],
      'VOICE_UNKNOWN',
      2,
    ],
    ['what the model cannot', () => ['transcribe', path('q.ogg'), '--translate', '--url', stt], 'USAGE', 2],
    ['malformed SSML', () => ['say', '--ssml', '<speak>Hi', '--url', tts, '-o', path('x.ogg')], 'USAGE', 2],
  ])('%s is refused as in this process', async (_, args, code, status) => {
    expect(await json(args())).toMatchObject({status, error: {code}})
  })

  it('a service that is not there is named', async () => {
    const url = `grpc://127.0.0.1:${await freePort()}`
    const {status, error} = await json(['transcribe', path('q.ogg'), '--url', url])
    expect(status).toBe(5)
    expect(error).toMatchObject({code: 'REMOTE_UNREACHABLE', message: expect.stringContaining(url)})
  })
})
