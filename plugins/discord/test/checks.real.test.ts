// The checks of the service: all hold for it in mock mode, and each fails where what it is about is broken.
import {mockAssistant} from '@essence/core/assistant/mock'
import {readConfig} from '@essence/core/config/read'
import {type Engines, openEngines} from '@essence/core/engines/open'
import {describe, expect, it, onTestFinished} from 'vitest'
import {failedChecks} from '../../../test/proof/checks/failed-checks.ts'
import {startInMockMode} from '../../../test/proof/checks/service-child.ts'
import {conversations} from '../src/checks/conversations.ts'
import checksOf from '../src/checks/hook.ts'
import {people, stranger} from '../src/checks/people.ts'
import {openPeer, type StartOptions, startService} from './harness.ts'

const {service, open} = checksOf()

it('hold for the service in mock mode', async () => {
  const {checks, env, close} = await open()
  onTestFinished(close ?? (() => {}))
  expect(await failedChecks(await startInMockMode(service, 'discord-service', env), checks)).toEqual({})
})

const {settings} = await readConfig()
const users = Object.values(people)
const mocks = (): Promise<Engines> => openEngines({...settings, JUNE_TEST_MODE: 'mock'}, {check: false})

const broken = async (options: Partial<StartOptions>) => {
  const peer = await openPeer()
  const engines = await mocks()
  const {starting} = await startService({peer, engines, ...options, settings: {users, ...options.settings}})
  const {lines} = await starting
  const health = lines.at(-1)?.replace('health: ', '')
  return {peer, checks: conversations(peer), atWork: {name: service, health, settings}}
}

describe('a bot', () => {
  const inServer = 'message in a server, and a slash command'
  const text = 'text message'
  const voice = 'voice message'

  it.each<[string, (engines: Engines) => Partial<Engines>, string[]]>([
    ['that only echoes', () => ({assistant: mockAssistant({reply: ({text}) => text})}), [text, inServer, voice]],
    ['that does not speak', ({tts}) => ({tts: {...tts, async *synthesize() {}}}), [voice]],
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
    ['that is no mock', ({stt}) => ({stt: {...stt, info: {...stt.info, engine: 'whisper'}}}), ['commands']],
  ])('%s, fails', async (_, change, failing) => {
    const engines = await mocks()
    const {checks, atWork} = await broken({engines: {...engines, ...change(engines)}})
    expect(Object.keys(await failedChecks(atWork, checks))).toEqual(failing)
  })

  it('that talks to everybody, or listens to hours, fails', async () => {
    const limits = {maxBytes: 1e6, maxSeconds: 4000}
    const {checks, atWork} = await broken({settings: {users: [...users, stranger], limits}})
    const failing = ['messages that cannot be answered', 'message of a stranger']
    expect(Object.keys(await failedChecks(atWork, checks))).toEqual(failing)
  })
})
