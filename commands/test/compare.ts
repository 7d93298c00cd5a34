import {BaseCommand, usageError} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class TestCompare extends BaseCommand<typeof TestCompare> {
  static override summary = 'Say what became worse, and what better, from one test report to another.'
  static override description =
    'Regressions come first: what was right and is wrong, and what has more words wrong. Both reports are of the same mode.'
  static override examples = [
    '<%= config.bin %> test compare reports/monday reports/tuesday',
    '<%= config.bin %> test compare before/report.json after/report.json --tolerance 0.5 --json',
  ]
  static override args = {
    before: Args.string({description: 'Folder of the earlier report, or its report.json.', required: true}),
    after: Args.string({description: 'The later one.', required: true}),
  }
  static override flags = {
    tolerance: Flags.string({
      default: '1.0',
      helpValue: 'POINTS',
      summary: 'How much the WER, and the share of cases without a result, may rise, in percentage points.',
    }),
  }

  protected async execute(): Promise<unknown> {
    const {before, after} = this.args
    const [{compareReports}, {compareLines}, {readTestReport}, {numberOf}, {resultColumns}, {EssenceError}] =
      await Promise.all([
        import('@essence/core/report/compare'),
        import('@essence/core/cli/proof/compare-lines'),
        import('@essence/core/report/read-report'),
        import('@essence/core/cli/number-flag'),
        import('@essence/core/cli/table'),
        import('@essence/core/kit/errors'),
      ])
    const tolerance = numberOf('--tolerance', this.flags.tolerance)
    if (tolerance < 0) throw usageError(`--tolerance is ${tolerance}; expected 0 or more points.`)
    const comparison = compareReports(await readTestReport(before), await readTestReport(after), {tolerance})
    this.report = comparison
    for (const line of compareLines(comparison, {room: resultColumns()})) this.log(line)
    if (comparison.worse.length > 0)
      throw new EssenceError('TEST_FAILED', `${after} is worse than ${before}: ${comparison.worse[0]}`)
    return comparison
  }
}
