import {BaseCommand} from '@essence/core/cli/base-command'
import type {SettingsGroup} from '@essence/core/config/declaration'
import type {ServiceChecks} from '@essence/core/proof/service-checks'
import {Flags} from '@oclif/core'

/** As a person would type it in a shell. */
const commandLine = (words: readonly string[]): string =>
  words.map(word => (/^[\w./:=@,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')

export default class Test extends BaseCommand<typeof Test> {
  static override summary = 'Prove that June works: every service over its real wire, and speech that is understood.'
  static override description =
    `mock: starts every service as a stand-in that answers at once, and tries each RPC, route, socket and channel; needs no model.
stt_tts_roundtrip: speaks phrases with the installed voice, sends them to the gateway as voice messages, listens to its answers with the installed recogniser, and scores both ways
against what was said. Empty sound, or an answer that is not the stand-in's, is a failure.
conversation: plays scripted people, who pause, cough and interrupt, through the Realtime API of the gateway, with your models, and judges how June answers them.
A report (a page, and JSON) is written in either case. Ends with status 6 where something does not work, or too many words are wrong; Ctrl-C leaves a report of what was found, marked as partial.`
  static override examples = [
    '<%= config.bin %> test',
    '<%= config.bin %> test --mode stt_tts_roundtrip --limit 1000 --concurrency 10',
    {
      description: 'Recordings of people (folders as LibriSpeech has them):',
      command: '<%= config.bin %> test --mode stt_tts_roundtrip --dataset ./LibriSpeech/test-clean',
    },
    {
      description: 'Services that run already, in test mode:',
      command:
        '<%= config.bin %> test --mode stt_tts_roundtrip --url http://127.0.0.1:8000 --url stt=grpc://127.0.0.1:50052',
    },
    '<%= config.bin %> test --mode conversation --scenario interrupt-stop --scenario ./my-scenario.yaml',
    '<%= config.bin %> test --show-config',
  ]

  static override flags = {
    mode: Flags.option({options: ['mock', 'stt_tts_roundtrip', 'conversation', 'both'] as const})({
      summary: 'What is tested; both: mock and stt_tts_roundtrip. Default JUNE_TEST_MODE, else both.',
    }),
    dataset: Flags.string({
      summary:
        'Phrases: validation (made from the seed), alice, or a path: a file of essence dataset, a folder of recordings.',
      helpValue: 'NAME|PATH',
    }),
    scenario: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME|FILE',
      summary: 'Conversations: one that comes with Essence, or a YAML file. Default: all that come with it.',
    }),
    limit: Flags.integer({default: 100, min: 1, summary: 'Most phrases; chosen by the seed.'}),
    concurrency: Flags.integer({default: 10, min: 1, max: 100, summary: 'Phrases under way at once.'}),
    voice: Flags.string({summary: 'Voice that speaks (TTS_VOICE_ID).'}),
    language: Flags.string({default: 'en', summary: 'ISO 639-1 of the phrases.'}),
    seed: Flags.integer({default: 1, summary: 'The same seed gives the same phrases.'}),
    url: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '[SERVICE=]URL',
      summary: 'A service that runs already: the gateway, or stt=…, tts=….',
    }),
    'max-wer': Flags.integer({
      min: 0,
      max: 100,
      helpValue: 'PERCENT',
      summary: 'Words that may be wrong. Default: as the table of models says.',
    }),
    'start-timeout': Flags.integer({default: 300, min: 1, summary: 'Seconds for each service to be ready.'}),
    report: Flags.string({
      summary: 'Folder of the report. Default: one of its own in JUNE_TEST_DATA_DIR.',
      helpValue: 'DIR',
    }),
    junit: Flags.string({summary: 'Write the results as JUnit XML for CI, too.', helpValue: 'FILE'}),
    'show-config': Flags.boolean({summary: 'Only say what each service would run, and why.'}),
  }

  protected async execute(): Promise<unknown> {
    const {
      mode,
      url = [],
      scenario: scenarios = [],
      report,
      'show-config': showConfig,
      'start-timeout': startTimeout,
      'max-wer': maxWer,
      ...flags
    } = this.flags
    const [{supervisedCommands}, {settle}, {coreGroups}] = await Promise.all([
      import('@essence/core/cli/supervised'),
      import('@essence/core/config/read'),
      import('@essence/core/config/schema'),
    ])
    const inspection = await this.inspectSettings()
    const installed = inspection.groups.filter(group => !coreGroups.some(one => one === group))
    if (showConfig) return this.showConfig(installed)
    const [{progressView}, {runTest}, {testTargets}, {reportFolder}, {statusLine}] = await Promise.all([
      import('@essence/core/cli/proof/progress-view'),
      import('@essence/core/cli/proof/run-test'),
      import('@essence/core/cli/proof/test-targets'),
      import('@essence/core/proof/report-folder'),
      import('@essence/core/cli/status-line'),
    ])
    const running = testTargets(url)
    const {settings, file} = settle(inspection, ['stt', 'tts', 'gateway'])
    const {successes, failures} = await this.config.runHook('checks', {})
    for (const {plugin, error} of failures) this.warn(`The checks of ${plugin.name} cannot be read: ${error.message}`)
    const wanted = mode ?? settings.JUNE_TEST_MODE ?? 'both'
    const {execPath, execArgv, argv} = process
    const {show, note} = this.asking
    const line = show === 'terminal' ? statusLine() : undefined
    return runTest({
      ...{...flags, settings, file, running, installed, scenarios},
      maxWer: maxWer === undefined ? undefined : maxWer / 100,
      modes: wanted === 'both' ? ['mock', 'stt_tts_roundtrip'] : [wanted],
      commands: supervisedCommands(this.config),
      checks: successes.flatMap(({result}) => (result ? [result as ServiceChecks] : [])),
      host: {execPath, execArgv, script: argv[1] ?? ''},
      command: commandLine(['essence', 'test', ...this.argv]),
      version: this.config.version,
      readyMs: startTimeout * 1000,
      folder: report ?? reportFolder(settings, new Date()),
      onProgress: progressView({line, note, verbose: flags.verbose}),
      log: text => {
        line?.clear()
        this.log(text)
      },
      onReport: found => {
        this.report = found
      },
    }).finally(() => line?.clear())
  }

  /** What the mode would have each service run; without one, what the settings have it run. */
  private async showConfig(installed: readonly SettingsGroup[]): Promise<unknown> {
    const [{inspectConfig}, {modeEnvironment}, {explainModes, modeLines}, {resultColumns}] = await Promise.all([
      import('@essence/core/config/read'),
      import('@essence/core/proof/test-environment'),
      import('@essence/core/cli/proof/mode-view'),
      import('@essence/core/cli/table'),
    ])
    const {mode} = this.flags
    const flags = mode === undefined || mode === 'both' ? undefined : modeEnvironment(mode, installed)
    const services = await explainModes(await inspectConfig({flags, installed}))
    for (const line of modeLines(services, resultColumns())) this.log(line)
    return {services}
  }
}
