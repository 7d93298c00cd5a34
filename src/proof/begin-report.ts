import {machineInfo} from '../report/machine-info.ts'
import type {TestReport} from '../report/test-report.ts'
import type {TestMode} from './test-environment.ts'

type Found = Pick<TestReport, 'services' | 'checks' | 'roundTrip' | 'conversations' | 'reasons'>

export interface ReportFrame {
  mode: TestMode
  command: string
  /** Version of Essence. */
  version: string
  seed: number
  signal: AbortSignal
}

/** Begins the report of a test; call what it returns with what was found. */
export const beginReport = ({
  mode,
  command,
  version,
  seed,
  signal,
}: ReportFrame): ((found: Found) => Promise<TestReport>) => {
  const [startedAt, began] = [new Date().toISOString(), performance.now()]
  return async found => {
    const partial = signal.aborted ? 'It was interrupted before its end.' : undefined
    return {
      ...{version: 1, kind: 'test', essence: version, startedAt, command, mode, seed, partial},
      durationMs: Math.round(performance.now() - began),
      machine: await machineInfo(),
      passed: found.reasons.length === 0 && partial === undefined,
      ...found,
    }
  }
}
