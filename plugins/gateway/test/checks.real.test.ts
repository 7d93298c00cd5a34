// The checks of the service: all hold for it in mock mode, and each fails where what it is about is broken.
import {mockAssistant} from '@essence/core/assistant/mock'
import {readConfig} from '@essence/core/config/read'
import {type Engines, openEngines} from '@essence/core/engines/open'
import type {ServiceAtWork} from '@essence/core/proof/service-checks'
import {describe, expect, it, onTestFinished} from 'vitest'
import {scriptedMind} from '../../../test/engines/scripted-mind.ts'
import {type Answer, type Change, changingProxy} from '../../../test/proof/checks/changing-proxy.ts'
import {failedChecks} from '../../../test/proof/checks/failed-checks.ts'
import {startInMockMode} from '../../../test/proof/checks/service-child.ts'
import checksOf from '../src/checks/hook.ts'
import {gateway} from '../src/settings.ts'
import {openGateway} from './open-gateway.ts'

const {service, open} = checksOf()
const {checks} = await open()

it.each([
  ['', {}],
  [
    ' with settings of its own',
    {TTS_SPEED: '1.5', ENABLE_METRICS: 'false', STT_LANGUAGE: 'de', CSP_HEADER: "default-src 'self'"},
  ],
])('hold for the service in mock mode%s', async (_, env) => {
  expect(await failedChecks(await startInMockMode(service, 'gateway', env), checks)).toEqual({})
})

const {settings} = await readConfig({own: gateway})

/** A gateway whose mocks are changed. */
const gatewayWith = async (change: (engines: Engines) => Partial<Engines>): Promise<ServiceAtWork> => {
  const engines = await openEngines({...settings, JUNE_TEST_MODE: 'mock'}, {check: false})
  const opened = await openGateway({...engines, ...change(engines)})
  onTestFinished(() => opened.service.close())
  return {name: service, address: opened.address, health: `${opened.address}/health`, settings}
}

/** Turns that are spoken: written, and heard as WAV and as Ogg. */
const spoken = ['POST /api/turn with text', 'POST /api/turn with WAV', 'POST /api/turn with Ogg Opus']
const heard = spoken.slice(1)
const silent = 'POST /api/turn, not to be spoken'

describe('a gateway', () => {
  it.each<[string, (engines: Engines) => Partial<Engines>, string[]]>([
    [
      'that always hears the same',
      ({stt}) => ({
        stt: {...stt, recognize: async (_, options) => await stt.recognize(new Float32Array(8000), options)},
      }),
      [...heard, silent],
    ],
    [
      'that hears another language',
      ({stt}) => ({stt: {...stt, recognize: async (...call) => ({...(await stt.recognize(...call)), language: 'nl'})}}),
      heard,
    ],
    [
      'that only echoes',
      () => ({assistant: mockAssistant({reply: ({text}) => text})}),
      [...spoken, silent, 'a voice that is not here'],
    ],
    [
      'that does not speak',
      ({tts}) => ({tts: {...tts, async *synthesize() {}}}),
      ['GET /api/status', ...spoken, 'a voice that is not here', 'GET /metrics'],
    ],
    [
      'that speaks silence',
      ({tts}) => ({
        tts: {
          ...tts,
          async *synthesize(...call) {
            for await (const {pcm, sampleRate} of tts.synthesize(...call)) yield {pcm: pcm.map(() => 0), sampleRate}
          },
        },
      }),
      spoken,
    ],
    [
      'whose memory is broken',
      ({assistant}) => {
        const {mind} = scriptedMind()
        const facts = () => Promise.reject(new Error('broken'))
        return {assistant: {...assistant, mind: {...mind, memory: {...mind.memory, facts}}}}
      },
      ['GET /api/memory'],
    ],
    [
      'that speaks with one voice',
      ({tts}) => ({tts: {...tts, voices: async () => [], synthesize: text => tts.synthesize(text)}}),
      ['GET /api/status', 'a voice that is not here'],
    ],
  ])('%s, fails', async (_, change, failing) => {
    expect(Object.keys(await failedChecks(await gatewayWith(change), checks))).toEqual(failing)
  })

  const text = (answer: Answer, change: (text: string) => string) => ({
    body: Buffer.from(change(answer.body.toString())),
  })
  const stale = new Map<string, Buffer>()

  it.each<[string, Change, string[]]>([
    [
      'that is not ready',
      (asked, answer) =>
        asked === 'GET /health' ? text(answer, body => body.replace('"ready":true', '"ready":false')) : {},
      ['GET /health'],
    ],
    [
      'whose engine is ill',
      (asked, answer) =>
        asked === 'GET /health'
          ? text(answer, body => body.replace(/"stt":\{"status":"healthy"/, '"stt":{"status":"degraded"'))
          : {},
      ['GET /health'],
    ],
    [
      'that is another service',
      (asked, answer) => (asked === 'GET /health' ? text(answer, body => body.replace('"gateway"', '"stt"')) : {}),
      ['GET /health'],
    ],
    [
      'whose figures stand still',
      (asked, {body}) => {
        if (asked === 'GET /metrics') stale.set(asked, stale.get(asked) ?? body)
        return {body: stale.get(asked) ?? body}
      },
      ['GET /metrics'],
    ],
    [
      'whose figures cannot be read',
      (asked, answer) => (asked === 'GET /metrics' ? text(answer, body => `${body}\n<html>`) : {}),
      ['GET /metrics'],
    ],
    [
      'with open doors',
      (_, {headers: {'content-security-policy': _policy, ...headers}}) => ({headers}),
      ['GET / and all it links'],
    ],
    [
      'that lacks a file',
      asked => (/^GET \/assets\/index.*\.js$/.test(asked) ? {status: 404} : {}),
      ['GET / and all it links'],
    ],
    [
      'that calls its style a text',
      (asked, {headers}) =>
        /^GET \/assets\/.*\.css$/.test(asked) ? {headers: {...headers, 'content-type': 'text/plain'}} : {},
      ['GET / and all it links'],
    ],
    [
      'that forgets nothing',
      asked => (asked.startsWith('DELETE') ? {status: 200} : {}),
      ['DELETE /api/session/:session', 'wrong requests'],
    ],
    [
      'that is mute about errors',
      (_, answer) =>
        answer.status >= 400 ? text(answer, body => body.replace(/"message":"[^"]*"/, '"message":""')) : {},
      ['wrong requests'],
    ],
    [
      'that loses a line',
      (asked, answer) =>
        asked === 'POST /api/turn'
          ? text(answer, body => body.replace(/\{"type":"delta","text":"said: "\}\n/, ''))
          : {},
      ['POST /api/turn with text', silent],
    ],
  ])('%s, fails', async (_, change, failing) => {
    const real = await gatewayWith(() => ({}))
    const address = await changingProxy(real.address ?? '', change)
    const proxied = {...real, address, health: `${address}/health`}
    const concerned = checks.filter(({name}) => failing.includes(name))
    expect(Object.keys(await failedChecks(proxied, concerned))).toEqual(failing)
  })
})
