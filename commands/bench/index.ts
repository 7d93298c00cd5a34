import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class Bench extends BaseCommand<typeof Bench> {
  static override summary =
    'Measure what a turn costs on this machine: each engine alone, whole turns, several at once.'
  static override description =
    `Opens the engines that June uses here, one after the other, and measures start-up, memory, recognition, the language model and the voice; then whole turns.
It takes a minute or two; close what else computes. Its last line is made for a bug report. Ctrl-C shows what was measured until then, marked as partial.`
  static override examples = [
    '<%= config.bin %> bench',
    '<%= config.bin %> bench --quick --report ./bench',
    '<%= config.bin %> bench --turns 50 --concurrency 1,16 --json',
  ]

  static override flags = {
    turns: Flags.integer({
      min: 1,
      max: 1000,
      summary: 'Turns one after the other. Default: 20, or what fits into 40 s.',
    }),
    concurrency: Flags.string({default: '1,2,4,8', summary: 'Turns at once, each measured.', helpValue: 'N,N'}),
    quick: Flags.boolean({summary: 'Half of the runs.'}),
    voice: Flags.string({summary: 'Voice id or language (TTS_VOICE_ID).'}),
    report: Flags.string({summary: 'Folder for the report: a page, and JSON.', helpValue: 'DIR'}),
  }

  protected async execute(): Promise<unknown> {
    const {concurrency, report, turns, quick, voice} = this.flags
    const [{parseLevels, runBench}, {statusLine}] = await Promise.all([
      import('@essence/core/cli/proof/run-bench'),
      import('@essence/core/cli/status-line'),
    ])
    const levels = parseLevels(concurrency)
    const settings = await this.settings({TTS_VOICE_ID: voice})
    const {show, note} = this.asking
    const line = show === 'terminal' ? statusLine() : undefined
    return runBench({
      ...{settings, turns, levels, quick, voice, folder: report},
      command: ['essence', 'bench', ...this.argv].join(' '),
      version: this.config.version,
      onProgress: text => (line ? line.show(`${text} …`) : note(`${text} …`)),
      log: text => {
        line?.clear()
        this.log(text)
      },
      warn: text => {
        line?.clear()
        this.warn(text)
      },
      onReport: found => {
        this.report = found
      },
    }).finally(() => line?.clear())
  }
}
