import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {remoteSynthesizer} from '../engines/remote/speech.ts'
import {defined} from '../kit/defined.ts'
import {EssenceError} from '../kit/errors.ts'
import {type ConversationScenario, conversationsOf} from '../report/conversation-report.ts'
import type {TestedService, TestReport} from '../report/test-report.ts'
import {beginReport} from './begin-report.ts'
import {realClock} from './conversation/clock.ts'
import {figuresOf} from './conversation/figures.ts'
import {playScenario} from './conversation/play.ts'
import type {Scenario} from './conversation/scenario.ts'
import {openVoices} from './conversation/voices.ts'
import {realtimeDoor} from './conversation/wire.ts'
import type {RunOptions} from './run-options.ts'
import type {RunningServices} from './run-round-trip.ts'
import {modeEnvironment} from './test-environment.ts'
import {startTestServices} from './test-services.ts'
import {deathReasons, runningService, testedService} from './tested-service.ts'

export interface ConversationOptions extends RunOptions {
  scenarios: readonly Scenario[]
  running: RunningServices
  /** Of people whose scenario names none. */
  voice?: string | undefined
}

const names = ['stt', 'tts', 'gateway'] as const
const why = 'essence test --mode conversation'

/**
 * Plays scripted people through the Realtime API of the gateway, one scenario after the other, and judges how June converses. What she
 * remembers of them is gone afterwards.
 * @throws what `startTestServices` and connecting to the synthesiser throw
 */
export const runConversation = async (options: ConversationOptions): Promise<TestReport> => {
  const {running, scenarios, voice, seed, signal, readyMs, installed, onProgress} = options
  const finish = beginReport({mode: 'conversation', ...options})
  const dataDir = await mkdtemp(join(tmpdir(), 'essence-test-'))
  try {
    const {started, settings} = await startTestServices({
      ...options,
      own: {
        ...modeEnvironment('conversation', installed),
        JUNE_DATA_DIR: dataDir,
        ...defined({STT_URL: running.stt, TTS_URL: running.tts}),
      },
      drop: ['JUNE_TEST_MODE', 'POSTGRES_URL'],
      wanted: ({name}) => names.some(one => one === name) && !(name in running),
    })
    await using ours = started
    const addressOf = (name: (typeof names)[number]): string => {
      const service = ours.services.get(name)
      const address = running[name] ?? service?.address ?? service?.url
      if (address !== undefined) return address
      throw new EssenceError('UNHEALTHY', `A conversation needs the service ${name}, which no plugin brings.`)
    }
    const tts = await remoteSynthesizer({...settings, TTS_URL: addressOf('tts')}, {signal, waitMs: readyMs})
    if (!tts) throw new EssenceError('BUG', 'A conversation without speech.')
    const played: ConversationScenario[] = []
    try {
      const voices = openVoices(tts, signal)
      const connect = realtimeDoor(() => addressOf('gateway'), signal)
      for (const scenario of scenarios) {
        onProgress({type: 'step', text: `${scenario.name}: ${scenario.description}`})
        const one = await playOne({...scenario, voice: scenario.voice ?? voice}, {voices, connect, seed, signal})
        if (!one) break
        played.push(one)
        onProgress({type: 'scenario', done: played.length, of: scenarios.length, last: one})
      }
    } finally {
      await tts.close()
    }
    const services: TestedService[] = []
    for (const name of names) {
      const service = ours.services.get(name)
      services.push(
        service ? await testedService(service, 'real', why) : await runningService(name, addressOf(name), 'real'),
      )
    }
    const reasons = [...reasonsOf(played), ...deathReasons(ours.deaths)]
    return await finish({services, checks: [], conversations: conversationsOf(played), reasons})
  } finally {
    await rm(dataDir, {recursive: true, force: true})
  }
}

/** Undefined where it was cancelled: what was played by then is the result. */
const playOne = async (
  scenario: Scenario,
  options: Omit<Parameters<typeof playScenario>[1], 'clock'>,
): Promise<ConversationScenario | undefined> => {
  const began = performance.now()
  try {
    const {failures, people} = await playScenario(scenario, {...options, clock: realClock})
    const happenings = people.flatMap(({session}) => session.happenings).toSorted((a, b) => a.atMs - b.atMs)
    const {name, description} = scenario
    const ms = Math.round(performance.now() - began)
    return {name, description, ms, failures, figures: figuresOf(people), happenings}
  } catch (error) {
    if (options.signal.aborted) return undefined
    throw error
  }
}

const reasonsOf = (played: readonly ConversationScenario[]): string[] => {
  const failed = played.filter(({failures}) => failures.length > 0)
  const [first] = failed
  if (played.length === 0) return ['No scenario was played.']
  if (!first) return []
  return [
    `${failed.length} of ${played.length} scenarios failed; the first is ${first.name}: ${first.failures.join(' ')}`,
  ]
}
