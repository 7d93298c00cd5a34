// Test modes as people set them: real services as real processes, each a mock or real as the variables say.
import {once} from 'node:events'
import {type IncomingMessage, request} from 'node:http'
import {describe, expect, it} from 'vitest'
import {freePort} from '../kit/free-port.ts'
import {startEssence} from '../kit/start-essence.ts'
import {commandFolder} from './command-folder.ts'

const {folder, env} = commandFolder()
const ports = {
  GATEWAY_PORT: '0',
  STT_PORT: '0',
  STT_METRICS_PORT: '0',
  TTS_PORT: '0',
  TTS_METRICS_PORT: '0',
  LLM_PORT: '0',
  INFERENCE_METRICS_PORT: '0',
}

interface Summary {
  name: string
  address?: string
  engines: {role: string; info: {engine: string; model: string}}[]
}

const enginesOf = ({engines}: Summary): Record<string, string> =>
  Object.fromEntries(engines.map(({role, info}) => [role, info.engine]))

/** Starts services until they are up; ended with the test. */
const start = async (command: string, more: NodeJS.ProcessEnv) => {
  const {until, said} = startEssence([command, '--json'], {...env, ...ports, ...more}, folder)
  await until(/\n}\n$/, 'stdout')
  return JSON.parse(said.stdout).data
}

const up = async (more: NodeJS.ProcessEnv) => {
  const {services} = await start('up', more)
  const summaries: Summary[] = services.map(({summary}: {summary: Summary}) => summary)
  const address = summaries.find(({name}) => name === 'gateway')?.address ?? ''
  return {address, engines: Object.fromEntries(summaries.map(one => [one.name, enginesOf(one)]))}
}

const say = (address: string, text: string): Promise<Response> =>
  fetch(`${address}/api/turn`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({text, speak: false}),
  })

describe('essence up', () => {
  it('in stt_tts_roundtrip hears and speaks for real, and answers with what it heard', async () => {
    const {address, engines} = await up({JUNE_TEST_MODE: 'stt_tts_roundtrip'})
    expect(engines).toEqual({
      stt: {stt: 'whisper'},
      tts: {tts: 'espeak-ng'},
      inference: {llm: 'mock'},
      gateway: {stt: 'whisper', llm: 'mock', tts: 'espeak-ng'},
    })
    expect(await (await say(address, 'hello')).text()).toContain('You said: hello')
    const status = await (await fetch(`${address}/api/status`)).json()
    expect(status).toMatchObject({notices: expect.arrayContaining([expect.stringContaining('is a mock')])})
    const health = await (await fetch(`${address}/health`)).text()
    expect(health).toContain('mock mock on cpu')
  })

  it('makes each service what its own variable says; a mock gateway asks no language model', async () => {
    const real = {TTS_MODE: 'real', INFERENCE_MODE: 'real'}
    const {address, engines} = await up({STT_MODE: 'mock', GATEWAY_MODE: 'mock', ...real})
    expect(engines).toEqual({
      stt: {stt: 'mock'},
      tts: {tts: 'espeak-ng'},
      inference: {llm: 'demo'},
      gateway: {stt: 'mock', llm: 'mock', tts: 'espeak-ng'},
    })
    expect(await (await say(address, 'hello')).text()).toContain('You said: hello')
  })

  it('has a real gateway ask the language model, which here is the demonstration', async () => {
    const {engines} = await up({JUNE_TEST_MODE: 'mock', GATEWAY_MODE: 'real', INFERENCE_MODE: 'real'})
    expect(engines['gateway']).toEqual({stt: 'mock', llm: 'demo', tts: 'mock'})
  })
})

it.each([
  ['stt', {STT_MODE: 'mock', STT_URL: 'grpc://127.0.0.1:9'}],
  ['tts', {TTS_MODE: 'mock', TTS_URL: 'grpc://127.0.0.1:9'}],
])('essence %s is what its mode says, wherever others look for such a service: %j', async (name, more) => {
  const port = `${await freePort()}`
  const health = {STT_METRICS_PORT: port, TTS_METRICS_PORT: port}
  expect(enginesOf(await start(name, {...more, ...health}))).toEqual({[name]: 'mock'})
  expect(await (await fetch(`http://127.0.0.1:${port}/health`)).text()).toMatch(/"detail":"mock \w+ on cpu"/)
})

describe('GATEWAY_MAX_TURNS', () => {
  /** A turn that began, whose recording never ends. */
  const hold = async (address: string): Promise<void> => {
    const turn = request(`${address}/api/turn`, {method: 'POST', headers: {'content-type': 'audio/wav'}})
    turn.write('RIFF')
    const [response] = (await once(turn, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    turn.on('error', () => {})
    response.on('error', () => {})
  }

  it.each([
    [1, 503],
    [2, 200],
  ])('is how many turns the gateway works on at once: %i', async (turns, second) => {
    const port = await freePort()
    const more = {
      JUNE_TEST_MODE: 'mock',
      GATEWAY_PORT: `${port}`,
      GATEWAY_MAX_TURNS: `${turns}`,
      GATEWAY_MAX_WAITING: '0',
    }
    await start('gateway', more)
    const address = `http://127.0.0.1:${port}`
    await hold(address)
    expect((await say(address, 'hello')).status).toBe(second)
  })
})
