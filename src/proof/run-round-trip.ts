import type {Dataset} from '../datasets/phrase.ts'
import {defined} from '../kit/defined.ts'
import {EssenceError} from '../kit/errors.ts'
import {mapLimit} from '../kit/flow/map-limit.ts'
import {seededRandom, shuffled} from '../kit/random.ts'
import type {TestCase, TestedService, TestReport} from '../report/test-report.ts'
import {beginReport} from './begin-report.ts'
import {openKeptAudio} from './round-trip/kept-audio.ts'
import {roundTrip} from './round-trip/one-trip.ts'
import {openPath} from './round-trip/open-path.ts'
import {caseOf, roundTripOf, sortWorstFirst} from './round-trip/summarize-trips.ts'
import type {RunOptions} from './run-options.ts'
import {modeEnvironment} from './test-environment.ts'
import {startTestServices} from './test-services.ts'
import {deathReasons, runningService, testedService} from './tested-service.ts'

/** The services of a round trip, and addresses of those that run already. */
export type RunningServices = Readonly<Partial<Record<'stt' | 'tts' | 'gateway', string>>>

export interface RoundTripOptions extends RunOptions {
  dataset: Dataset
  /** Phrases under way at once. */
  concurrency: number
  /** ISO 639-1 of the phrases. */
  language: string
  voice?: string | undefined
  /** Word error rate, 0 to 1, that is allowed instead of what the table says. */
  maxWer?: number | undefined
  running: RunningServices
}

const names = ['stt', 'tts', 'gateway'] as const

/**
 * Sends every phrase through speech synthesis, the gateway with the stand-in for its mind, and speech recognition, and scores what was heard.
 * @throws what `startTestServices` and `openPath` throw; the system's error where the folder cannot be written
 */
export const runRoundTrip = async (options: RoundTripOptions): Promise<TestReport> => {
  const {running, voice, language, dataset, concurrency, seed, signal, folder, onProgress} = options
  const finish = beginReport({mode: 'stt_tts_roundtrip', ...options})
  const kept = await openKeptAudio(folder)
  const {started, settings} = await startTestServices({
    ...options,
    own: {
      ...modeEnvironment('stt_tts_roundtrip', options.installed),
      ...defined({STT_URL: running.stt, TTS_URL: running.tts, TTS_VOICE_ID: voice}),
      GATEWAY_MAX_TURNS: String(concurrency),
    },
    drop: [],
    // Those that run already are not started; channels to people are not needed.
    wanted: ({name}) => names.some(one => one === name) && !(name in running),
  })
  await using ours = started
  const addressOf = (name: (typeof names)[number]): string => {
    const service = ours.services.get(name)
    const address = running[name] ?? service?.address ?? service?.url
    if (address !== undefined) return address
    throw new EssenceError('UNHEALTHY', `A round trip needs the service ${name}, which no plugin brings.`)
  }
  const [stt, tts] = [addressOf('stt'), addressOf('tts')]
  await using path = await openPath({...options, settings, stt, tts, voice, gateway: () => addressOf('gateway')})
  const cases: TestCase[] = []
  // In no order of length, so that what was done when it is stopped stands for all, and the time that is left can be told.
  const phrases = shuffled(dataset.phrases, seededRandom(seed))
  await mapLimit(phrases, concurrency, async (phrase, index) => {
    const trip = await roundTrip(phrase, path, signal)
    const {input, output} = trip.audio
    const one = caseOf(trip, language)
    one.audio = {
      input: input && (await kept.keep(index, phrase.id, 'input', input)),
      output: output && (await kept.keep(index, phrase.id, 'output', output)),
    }
    cases.push(one)
    onProgress({type: 'phrase', done: cases.length, of: phrases.length, last: one})
  }).catch(error => {
    // What was found by then is the result.
    if (!signal.aborted) throw error
  })
  sortWorstFirst(cases)
  await kept.prune(cases)
  const services: TestedService[] = []
  for (const name of names) {
    const service = ours.services.get(name)
    const mode = name === 'gateway' ? 'mock' : 'real'
    const info = name === 'gateway' ? undefined : path[name].info
    if (service) services.push(await testedService(service, mode, 'essence test --mode stt_tts_roundtrip'))
    else services.push(await runningService(name, addressOf(name), mode, info))
  }
  const engines = {stt: path.stt.info, tts: path.tts.info}
  const {roundTrip: result, reasons} = roundTripOf(cases, {...options, engines})
  return finish({services, checks: [], roundTrip: result, reasons: [...reasons, ...deathReasons(ours.deaths)]})
}
