// `essence up` that downloads models beside the demonstration, from a hub on loopback. Mocks stand in for the engines, so that what
// the files hold does not matter.
import {spawn} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {expect, it, onTestFinished} from 'vitest'
import {findProgram} from '../../src/kit/process/find-program.ts'
import {followOutput} from '../kit/follow-output.ts'
import {freePort} from '../kit/free-port.ts'
import {essence, runScript} from '../kit/run-essence.ts'
import {startEssence} from '../kit/start-essence.ts'
import {peerFor, standInRepos} from '../models/setup.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const ports = {
  STT_PORT: '0',
  STT_METRICS_PORT: '0',
  TTS_PORT: '0',
  TTS_METRICS_PORT: '0',
  LLM_PORT: '0',
  INFERENCE_METRICS_PORT: '0',
  STT_THREADS: '1',
}

/** A machine without models. @param hub the address of a hub */
const machine = async (hub: string) => {
  const folder = temporaryFolder()
  const port = await freePort()
  const data = join(folder, 'data')
  const env = {
    ...{ENV_SH: '/dev/null', JUNE_DATA_DIR: data, MODEL_CACHE_DIR: join(folder, 'models'), HF_ENDPOINT: hub},
    ...{GATEWAY_PORT: `${port}`, ...ports},
  }
  const mocked = {...env, JUNE_TEST_MODE: 'mock'}
  return {
    env,
    up: (...flags: string[]) => startEssence(['up', ...flags], mocked, folder),
    /** With the engines of the demonstration. */
    upReal: (...flags: string[]) => startEssence(['up', ...flags], env, folder),
    run: (...flags: string[]) => essence(['up', ...flags], mocked, folder),
    choice: () => JSON.parse(readFileSync(join(data, 'models-choice.json'), 'utf8')),
    installed: () => Object.keys(JSON.parse(readFileSync(join(data, 'models.lock.json'), 'utf8')).models ?? {}).sort(),
    isAsked: () => !existsSync(join(data, 'models-choice.json')),
    status: async () => (await fetch(`http://127.0.0.1:${port}/api/status`)).json() as Promise<{models?: object}>,
    /** A turn in one conversation; what was answered. */
    turn: async (text: string) => {
      const body = JSON.stringify({text, session: 'one', speak: false})
      const headers = {'content-type': 'application/json'}
      const response = await fetch(`http://127.0.0.1:${port}/api/turn`, {method: 'POST', headers, body})
      return response.text()
    },
  }
}

it('June is there while models come, then runs on them; a start that was killed in between goes on unasked', async () => {
  const gate = {isOpen: false, opened: Promise.withResolvers<void>()}
  const isLanguageModel = (path: string): boolean => path.includes(llmDigest)
  const repos = standInRepos()
  const peer = await peerFor({
    repos,
    onPiece: async (_sent, {server, path}) => {
      if (server === 'content' && !gate.isOpen && isLanguageModel(path)) await gate.opened.promise
    },
  })
  const {sha256Of} = await import('../peers/hub.ts')
  const llm = Object.values(repos['ibm-granite/granite-4.0-350m-GGUF']?.files ?? {})[0]
  const llmDigest = sha256Of(llm ?? new Uint8Array())
  const {up, choice, installed, status, turn} = await machine(peer.endpoint)

  const first = up('--models', 'light')
  await first.until(/Ctrl-C stops June/)
  expect(first.said.stderr).toMatch(/On their way\n {2}Real models \(light\)/)
  await expect.poll(status).toMatchObject({ready: true, models: {state: 'downloading', profile: 'light'}})
  expect(await turn('Hello')).toContain('"done"')
  expect(choice()).toEqual({models: 'light', installed: false})
  await expect.poll(installed, {timeout: 20_000}).toEqual(['piper-en_us-ljspeech-medium', 'whisper-base-q8_0'])
  first.child.kill('SIGKILL')
  await first.ended

  const asked = peer.requests.length
  gate.isOpen = true
  gate.opened.resolve()
  const second = up()
  await second.until(/June runs on real models/)
  const again = peer.requests.slice(asked).filter(({server, method}) => server === 'content' && method === 'GET')
  // What was here is not fetched again.
  expect(again.length).toBeGreaterThan(0)
  expect(again.filter(({path}) => !isLanguageModel(path))).toEqual([])
  for (const name of ['inference', 'stt', 'tts', 'gateway'])
    expect(second.said.stderr).toMatch(new RegExp(`${name} +│ runs on the new models`))
  expect(await status()).not.toHaveProperty('models')
  expect(choice()).toEqual({models: 'light', installed: true})
  second.child.kill('SIGTERM')
  expect(await second.ended).toMatchObject({status: 0})

  const third = up()
  await third.until(/Ctrl-C stops June/)
  expect(third.said.stderr).not.toMatch(/On their way|models +│/)
  third.child.kill('SIGTERM')
  await third.ended
})

it('without a network the demonstration stays and says so, and Ctrl-C does not wait for the hub', async () => {
  const {up, status, turn} = await machine(`http://127.0.0.1:${await freePort()}`)
  const {child, said, until, ended} = up('--models', 'light')
  await until(/Ctrl-C stops June/)
  await until(/models +│ light: .*(refused|reach)/i)
  expect(await status()).toMatchObject({ready: true, models: {state: 'downloading', pause: expect.any(String)}})
  expect(await turn('Hello')).toContain('"done"')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({status: 0})
  // One reason is told once, however often it is met.
  expect(said.stderr.split('\n').filter(line => /refused|reach/i.test(line)).length).toBe(1)
})

it('without a terminal nobody is asked: it says how, and remembers what a flag says', async () => {
  const {up, run, choice, isAsked} = await machine('http://127.0.0.1:9')
  const unknown = await run('--models', 'lihgt')
  expect(unknown).toMatchObject({status: 2})
  expect(unknown.stderr).toMatch(/light, starter.*none[\s\S]*Did you mean: essence up --models light/)
  expect(isAsked()).toBe(true)
  const none = up('--models', 'none')
  await none.until(/Ctrl-C stops June/)
  expect(choice()).toEqual({models: 'none', installed: false})
  none.child.kill('SIGTERM')
  await none.ended
})

it('models that cannot be opened leave the demonstration as it is, and say why', async () => {
  const peer = await peerFor({repos: standInRepos()})
  const {upReal, status, turn} = await machine(peer.endpoint)
  const {child, said, until, ended} = upReal('--models', 'light')
  await until('June runs on real models, but not whole.')
  for (const name of ['inference', 'stt', 'tts'])
    expect(said.stderr).toMatch(
      new RegExp(`${name} +│ goes on as before, for the new models cannot be opened: .*(ggml|onnx|gguf)`),
    )
  expect(await status()).toMatchObject({ready: true, models: {state: 'failed', reason: expect.stringMatching(/gguf/)}})
  expect(await turn('My name is Ada.')).toContain('Ada')
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({status: 0})
})

const script = await findProgram(['script'])
const why = script ? '' : ' (skipped: no program script)'

/** `essence up` on a terminal, with the engines of the demonstration. */
const onTerminal = (env: NodeJS.ProcessEnv) => {
  const child = spawn(script?.path ?? '', ['-qefc', `'${process.execPath}' '${runScript}' up`, '/dev/null'], {
    env: {PATH: process.env['PATH'], TERM: 'xterm', NO_COLOR: '1', ...env},
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 50_000,
    killSignal: 'SIGKILL',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {child, ...followOutput(child)}
}

it.skipIf(!script)(`a person at a terminal is asked once, and again where the answer means nothing${why}`, async () => {
  const peer = await peerFor({repos: standInRepos()})
  const {env, choice, isAsked} = await machine(peer.endpoint)
  const left = onTerminal(env)
  await left.until(/Number or name \[\d\]: /, 'stdout')
  left.child.stdin.write('\u0003')
  expect((await left.ended).stdout).toContain('Nothing was started.')
  expect(isAsked()).toBe(true)

  const asked = onTerminal(env)
  await asked.until(/Number or name \[\d\]: /, 'stdout')
  const question = stripVTControlCharacters(asked.said.stdout).replaceAll('\r', '')
  expect(question).toMatch(/ 1 {2}light +\d+ MB .*\n(.*\n)* {2}\d {2}none/)
  expect(Math.max(...question.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
  asked.child.stdin.write('nnoe\r')
  await asked.until(/"nnoe" is none of these\. Did you mean none\?[\s\S]*\]: /, 'stdout')
  asked.child.stdin.write('none\r')
  await asked.until(/Ctrl-C stops June/, 'stdout')
  expect(choice()).toEqual({models: 'none', installed: false})
  asked.child.stdin.write('\u0003')
  expect((await asked.ended).stdout).toMatch(/gateway .* stopped/)

  const next = onTerminal(env)
  await next.until(/Ctrl-C stops June/, 'stdout')
  expect(next.said.stdout).not.toContain('Number or name')
  next.child.stdin.write('\u0003')
  await next.ended
})
