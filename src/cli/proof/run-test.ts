import {join} from 'node:path'
import type {Settings} from '../../config/schema.ts'
import {chooseDataset} from '../../datasets/choose-dataset.ts'
import {withCancel} from '../../kit/cancel.ts'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {readScenarios} from '../../proof/conversation/read-scenario.ts'
import {runConversation} from '../../proof/run-conversation.ts'
import {runMock} from '../../proof/run-mock.ts'
import type {RunOptions} from '../../proof/run-options.ts'
import {type RunningServices, runRoundTrip} from '../../proof/run-round-trip.ts'
import type {ServiceChecks} from '../../proof/service-checks.ts'
import type {TestMode} from '../../proof/test-environment.ts'
import {junitXml} from '../../report/junit.ts'
import type {RoundTrip, TestReport} from '../../report/test-report.ts'
import {writeOutput} from '../write-output.ts'
import {testSummaryLines} from './test-summary.ts'
import {prepareFolder, soundsOf, writeReport} from './write-report.ts'

export interface TestRequest extends Omit<RunOptions, 'signal'> {
  modes: readonly TestMode[]
  settings: Settings
  checks: readonly ServiceChecks[]
  /** A name or a path. */
  dataset: string | undefined
  limit: number
  concurrency: number
  language: string
  voice: string | undefined
  maxWer: number | undefined
  /** Names or paths of conversations; empty: all that come with Essence. */
  scenarios: readonly string[]
  running: RunningServices
  /** Where a report for CI is written. */
  junit: string | undefined
  log: (line: string) => void
  /** Called with what is known so far, also before a failure is thrown. */
  onReport: (report: TestRunReport) => void
}

/** What `--json` shows: the cases are in the files. */
export interface TestRunReport {
  passed: boolean
  runs: (Omit<TestReport, 'roundTrip'> & {roundTrip?: Omit<RoundTrip, 'cases'> | undefined; page: string})[]
}

/** ms to stop the services and to write what was found, once a person has stopped the test. */
const tidyMs = 30_000

/**
 * Runs the modes one after the other, and writes a report of each.
 * @throws TEST_FAILED where one does not pass, CANCELLED where a person stopped it, both with the reports written; what running throws
 */
export const runTest = async (request: TestRequest): Promise<TestRunReport> => {
  const {modes, folder, junit, log, onReport} = request
  const folders = modes.map(mode => (modes.length > 1 ? join(folder, mode) : folder))
  for (const one of folders) await prepareFolder(one)
  // What is wrong with phrases and scenarios is said before anything is started.
  const dataset = modes.includes('stt_tts_roundtrip') ? await chooseDataset(request) : undefined
  const scenarios = modes.includes('conversation') ? await readScenarios(request.scenarios) : []
  const run = (mode: TestMode, options: RunOptions & TestRequest): Promise<TestReport> => {
    if (mode === 'conversation') return runConversation({...options, scenarios})
    return mode === 'mock' || !dataset ? runMock(options) : runRoundTrip({...options, dataset})
  }
  const reports: TestReport[] = []
  const report: TestRunReport = {passed: false, runs: []}
  await withCancel(
    async signal => {
      try {
        for (const [index, mode] of modes.entries()) {
          const into = folders[index] ?? folder
          const options = {...request, folder: into, signal}
          const found = await run(mode, options)
          reports.push(found)
          const page = await writeReport(into, found, () => drawPage(into, found))
          const {roundTrip, ...rest} = found
          report.runs.push({...rest, roundTrip: roundTrip && withoutCases(roundTrip), page})
          for (const line of testSummaryLines(found, {page})) log(line)
          if (signal.aborted) break
        }
        report.passed = reports.length === modes.length && reports.every(one => one.passed)
      } finally {
        // Also where a later mode could not be run: what was found is not lost.
        onReport(report)
        if (junit !== undefined && reports.length > 0) await writeOutput(junit, [Buffer.from(junitXml(reports))])
      }
      throwIfCancelled(signal)
    },
    undefined,
    tidyMs,
  )
  if (report.passed) return report
  throw new EssenceError('TEST_FAILED', reports.flatMap(({reasons}) => reasons).join(' '), {report})
}

const drawPage = async (folder: string, report: TestReport): Promise<string> => {
  const {testPage} = await import('../../report/page/test-page.ts')
  return testPage(report, {audio: await soundsOf(folder, report)})
}

const withoutCases = ({cases: _, ...rest}: RoundTrip): Omit<RoundTrip, 'cases'> => rest
