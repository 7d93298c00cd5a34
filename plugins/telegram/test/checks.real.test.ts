// The checks of the service: all hold for it in mock mode, and each fails where what it is about is broken.
import {mockAssistant} from '@essence/core/assistant/mock'
import {readConfig} from '@essence/core/config/read'
import {type Engines, openEngines} from '@essence/core/engines/open'
import {describe, expect, it, onTestFinished} from 'vitest'
import {type Change, changingProxy} from '../../../test/proof/checks/changing-proxy.ts'
import {failedChecks} from '../../../test/proof/checks/failed-checks.ts'
import {startInMockMode} from '../../../test/proof/checks/service-child.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {conversations} from '../src/checks/conversations.ts'
import checksOf from '../src/checks/hook.ts'
import {messageRoute} from '../src/checks/message-route.ts'
import {people, stranger} from '../src/checks/people.ts'
import type {StandIn} from '../src/stand-in/stand-in.ts'
import {openPeer, type StartOptions, startService} from './harness.ts'

const {service, open} = checksOf()

it('hold for the service in mock mode, also with settings of its own', async () => {
  const failed = [{}, {TTS_SPEED: '1.5', ENABLE_METRICS: 'false'}].map(async env => {
    const {checks, env: own, close} = await open()
    onTestFinished(close ?? (() => {}))
    // In a folder of its own: one who was a stranger before is told something else.
    const settings = {...env, ...own, JUNE_DATA_DIR: temporaryFolder()}
    return failedChecks(await startInMockMode(service, 'telegram-service', settings), checks)
  })
  expect(await Promise.all(failed)).toEqual([{}, {}])
})

const {settings} = await readConfig()
const users = Object.values(people).map(String)
const mocks = (): Promise<Engines> => openEngines({...settings, JUNE_TEST_MODE: 'mock'}, {check: false})

const broken = async (options: Partial<StartOptions>, see: (peer: StandIn) => StandIn = peer => peer) => {
  const peer = await openPeer()
  const {starting} = await startService({
    peer,
    engines: await mocks(),
    ...options,
    settings: {users, ...options.settings},
  })
  const {lines} = await starting
  const health = lines.at(-1)?.replace('health: ', '')
  return {peer, checks: conversations(see(peer)), atWork: {name: service, health, settings}}
}

describe('a bot', () => {
  const text = 'text message'
  const voice = 'voice message'

  const broke: [what: string, change: (engines: Engines) => Partial<Engines>, failing: string[]][] = [
    [
      'that always hears the same',
      ({stt}) => ({
        stt: {...stt, recognize: async (_, options) => await stt.recognize(new Float32Array(8000), options)},
      }),
      [voice],
    ],
    ['that only echoes', () => ({assistant: mockAssistant({reply: ({text}) => text})}), [text, voice]],
    [
      'that loses half of its voice',
      ({tts}) => ({
        tts: {
          ...tts,
          async *synthesize(...call) {
            for await (const {pcm, sampleRate} of tts.synthesize(...call))
              yield {pcm: pcm.subarray(pcm.length / 2), sampleRate}
          },
        },
      }),
      [voice],
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
      [voice],
    ],
    ['that does not speak', ({tts}) => ({tts: {...tts, async *synthesize() {}}}), [voice]],
    ['that is no mock', ({stt}) => ({stt: {...stt, info: {...stt.info, engine: 'whisper'}}}), ['commands']],
  ]

  // All of them at once: each chat is written to once a second.
  it(`${broke.map(([what]) => what).join(', or ')}, fails`, async () => {
    const found = broke.map(async ([what, change]) => {
      const engines = await mocks()
      const {checks, atWork} = await broken({engines: {...engines, ...change(engines)}})
      return [what, Object.keys(await failedChecks(atWork, checks))]
    })
    expect(await Promise.all(found)).toEqual(broke.map(([what, , failing]) => [what, failing]))
  })

  it('that talks to everybody, listens to hours, or says twice what may have arrived, fails', async () => {
    const limits = {maxBytes: 1e6, maxSeconds: 4000}
    const {checks, atWork, peer} = await broken({settings: {users: [...users, String(stranger)], limits}})
    peer.fault('sendVoice', {kind: 'broken', carriedOut: true})
    const failing = [voice, 'messages that cannot be answered', 'message of a stranger']
    expect(Object.keys(await failedChecks(atWork, checks))).toEqual(failing)
  })

  it('that acknowledges nothing, fails', async () => {
    const {checks, atWork} = await broken({}, peer => ({...peer, callsOf: () => []}))
    expect(Object.keys(await failedChecks(atWork, checks))).toEqual([text])
  })

  it.each<[string, Change]>([
    ['that answers nothing', () => ({body: Buffer.from('{"success":true,"message":""}')})],
    ['that takes anything', () => ({status: 200})],
    ['that answers no JSON', () => ({body: Buffer.from('hello')})],
  ])('%s by its route, fails', async (_, change) => {
    const {atWork} = await broken({})
    const health = `${await changingProxy(new URL(atWork.health ?? '').origin, change)}/health`
    expect(Object.keys(await failedChecks({...atWork, health}, [messageRoute]))).toEqual([messageRoute.name])
  })
})
