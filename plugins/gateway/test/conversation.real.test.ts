// `essence test --mode conversation` over the gateway's real door: what works passes, what is broken turns it red.

import {parseScenario} from '@essence/core/proof/conversation/read-scenario'
import type {Scenario} from '@essence/core/proof/conversation/scenario'
import {runConversation} from '@essence/core/proof/run-conversation'
import type {TestProgress} from '@essence/core/proof/run-options'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {afterAll, beforeAll, expect, it} from 'vitest'
import {ttsServer} from '../../../test/rpc/serve.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {openRealtime, realtimeEngines} from './realtime/open-realtime.ts'

let tts: TextToSpeech
beforeAll(async () => {
  tts = textToSpeech(await openEspeak())
})
afterAll(() => tts.close())

const scenario = (name: string, steps: string, head = ''): Scenario =>
  parseScenario(`description: Of this test.\n${head}steps:\n${steps}\n`, `${name}.yaml`)

const run = async (
  scenarios: readonly Scenario[],
  {
    script = {},
    signal = new AbortController().signal,
    onProgress = (_: TestProgress) => {},
  }: {
    script?: Parameters<typeof realtimeEngines>[0]
    signal?: AbortSignal
    onProgress?: (progress: TestProgress) => void
  } = {},
) => {
  const speaking = await ttsServer(tts)
  await using gateway = await openRealtime({...realtimeEngines({heard: 'what is the time', ...script}), tts})
  return await runConversation({
    ...{scenarios, signal, onProgress, folder: temporaryFolder(), seed: 1, readyMs: 1000, command: '', version: '0'},
    running: {gateway: gateway.address, stt: 'grpc://127.0.0.1:1', tts: speaking.url},
    ...{commands: [], installed: [], file: undefined, host: {execPath: '', execArgv: [], script: ''}},
  }).finally(() => speaking.close())
}

const question = '  - say: What is the time?\n  - expect: {within: 20s, wer: 0, says: what is the time}\n  - listen'

it('passes where June converses, also over a telephone, by text, and after a lost network', async () => {
  const report = await run([
    scenario('plain', question),
    scenario('telephone', question, 'session: {format: pcmu}\n'),
    scenario('text', '  - text: good day\n  - expect: {within: 20s, says: good day}'),
    scenario('lost', `  - drop: 300ms\n${question}`),
    scenario(
      'pushed',
      '  - say: What is the time?\n  - commit\n  - expect: {within: 20s}',
      'session: {turnDetection: none}\n',
    ),
  ])
  expect(report.reasons).toEqual([])
  expect(report.passed).toBe(true)
  const {scenarios = [], overall} = report.conversations ?? {}
  expect(scenarios.map(({name, failures}) => [name, failures])).toEqual(
    ['plain', 'telephone', 'text', 'lost', 'pushed'].map(name => [name, []]),
  )
  expect(overall).toMatchObject({utterances: 4, cutOffs: 0, falseTurns: 0, selfReplies: 0, words: 16, wordErrors: 0})
  expect(overall?.voiceToVoice?.p50).toBeGreaterThan(0)
}, 200_000)

it('turns red, with what was expected and what happened', {timeout: 200_000}, async () => {
  const report = await run(
    [scenario('deaf', question), scenario('mute', '  - silence: 100ms\n  - listen: {within: 1s}')],
    {
      script: {heard: 'something else'},
    },
  )
  expect(report.passed).toBe(false)
  expect(report.reasons).toEqual([
    expect.stringMatching(
      /^2 of 2 scenarios failed; the first is deaf: line 4, after .* s: expected .*"something else" was heard/,
    ),
  ])
})

it('asks for functions of the language model by its own name', async () => {
  const tools = 'session: {model: language-model, tools: [{name: weather, returns: sunny}]}\n'
  const {conversations} = await run([
    scenario('alone', '  - text: good day\n  - expect: {within: 20s, says: good day}', tools),
  ])
  const [{failures, happenings} = {failures: [], happenings: []}] = conversations?.scenarios ?? []
  expect(failures).toEqual([])
  expect(happenings.filter(({what}) => what.startsWith('error'))).toEqual([])
})

it('says that it is partial where it was stopped', async () => {
  const stop = new AbortController()
  const onProgress = ({type}: TestProgress): void => {
    if (type === 'scenario') stop.abort()
  }
  const all = [scenario('one', '  - silence: 100ms'), scenario('two', '  - silence: 100ms')]
  const {passed, partial, conversations} = await run(all, {signal: stop.signal, onProgress})
  expect(passed).toBe(false)
  expect(partial).toBeTruthy()
  expect(conversations?.scenarios.map(({name}) => name)).toEqual(['one'])
})
