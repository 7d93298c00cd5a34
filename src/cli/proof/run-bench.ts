import {type BenchOptions, runBenchmark} from '../../benchmark/bench.ts'
import type {Settings} from '../../config/schema.ts'
import {withCancel} from '../../kit/cancel.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {BenchReport} from '../../report/bench-report.ts'
import {resultColumns} from '../table.ts'
import {benchSummaryLines} from './bench-summary.ts'
import {prepareFolder, writeReport} from './write-report.ts'

export interface BenchRequest extends Omit<BenchOptions, 'signal'> {
  settings: Settings
  /** Folder of the page and the data; none is written without. */
  folder: string | undefined
  /** Lines of the result, for people. */
  log(line: string): void
  warn(text: string): void
  /** What `--json` shows although the command fails: what was measured until then. */
  onReport(report: BenchReport): void
}

/** After Ctrl-C the engines are closed, and the report is written. */
const tidyMs = 10_000

/** The levels of `--concurrency`. @throws USAGE */
export const parseLevels = (text: string): number[] => {
  const levels = text.split(',').map(Number)
  if (levels.every(level => Number.isInteger(level) && level >= 1 && level <= 64)) return levels
  throw new EssenceError('USAGE', `--concurrency "${text}": expected whole numbers from 1 to 64, as 1,2,4,8.`)
}

/**
 * `essence bench`: measures, shows, writes.
 * @throws OUTPUT_UNWRITABLE, DISK_FULL, what opening engines throws, and what ended it early, once the report is written
 */
export const runBench = (request: BenchRequest): Promise<BenchReport> => {
  const {settings, folder, log, warn, onReport, ...options} = request
  return withCancel(
    async signal => {
      if (folder !== undefined) await prepareFolder(folder)
      const {report, cautions, ...failure} = await runBenchmark(settings, {...options, signal})
      onReport(report)
      for (const caution of cautions) warn(caution)
      const page = folder === undefined ? undefined : await writeReport(folder, report, () => drawPage(report))
      for (const line of benchSummaryLines(report, {page, room: resultColumns()})) log(line)
      if ('error' in failure) throw failure.error
      return report
    },
    undefined,
    tidyMs,
  )
}

const drawPage = async (report: BenchReport): Promise<string> => {
  const {benchPage} = await import('../../report/page/bench-page.ts')
  return benchPage(report)
}
