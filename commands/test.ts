import {BaseCommand} from '@essence/core/cli/base-command'
import type {ServiceChecks} from '@essence/core/proof/service-checks'
import {Flags} from '@oclif/core'

export default class Test extends BaseCommand<typeof Test> {
  static override summary = 'Prove that June works: every service over its real wire, and speech that is understood.'
  static override description =
    `mock: starts every service as a stand-in that answers at once, and tries each RPC, route, socket and channel; needs no model.
stt_tts_roundtrip: speaks phrases with the installed voice, sends them to the gateway as voice messages, listens to its answers with the installed recogniser, and scores both ways
against what was said. Empty sound, or an answer that is not the stand-in's, is a failure.
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
    '<%= config.bin %> test --show-config',
  ]

  static override flags = {
    mode: Flags.option({options: ['mock', 'stt_tts_roundtrip', 'both'] as const})({
      summary: 'What is tested. Default JUNE_TEST_MODE, else both.',
    }),
    dataset: Flags.string({
      summary:
        'Phrases: validation (made from the seed), alice, or a path: a file of essence dataset, a folder of recordings.',
      helpValue: 'NAME|PATH',
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
    'start-timeout': Flags.integer({default: 300, min: 1, summary: 'Seconds for each service to be ready.'}),
    report: Flags.string({
      summary: 'Folder of the report. Default: one of its own in JUNE_TEST_DATA_DIR.',
      helpValue: 'DIR',
    }),
    junit: Flags.string({summary: 'Write the results as JUnit XML for CI, too.', helpValue: 'FILE'}),
    'show-config': Flags.boolean({summary: 'Only say what each service would run, and why.'}),
  }

  protected async execute(): Promise<unknown> {
    const [
      {supervisedCommands},
      {installedSettings},
      {statusLine},
      {progressView},
      {runTest},
      {testTargets},
      {reportFolder},
    ] = await Promise.all([
      import('@essence/core/cli/supervised'),
      import('@essence/core/cli/installed-settings'),
      import('@essence/core/cli/status-line'),
      import('@essence/core/cli/proof/progress-view'),
      import('@essence/core/cli/proof/run-test'),
      import('@essence/core/cli/proof/test-targets'),
      import('@essence/core/proof/report-folder'),
    ])
    const {mode, url = [], report, junit, dataset, limit, concurrency, voice, language, seed} = this.flags
    const {settings, file} = await this.inspectSettings()
    const running = testTargets(url)
    const {successes, failures} = await this.config.runHook('checks', {})
    for (const {plugin, error} of failures) this.warn(`The checks of ${plugin.name} cannot be read: ${error.message}`)
    const line = statusLine(this.jsonEnabled() || this.flags.quiet ? undefined : process.stderr)
    const wanted = mode ?? settings.JUNE_TEST_MODE ?? 'both'
    const {execPath, execArgv, argv} = process
    return runTest({
      ...{settings, file, running, dataset, limit, concurrency, voice, language, seed, junit},
      modes: wanted === 'both' ? ['mock', 'stt_tts_roundtrip'] : [wanted],
      commands: supervisedCommands(this.config),
      installed: await installedSettings(this.config, message => this.warn(message)),
      checks: successes.flatMap(({result}) => (result ? [result as ServiceChecks] : [])),
      host: {execPath, execArgv, script: argv[1] ?? ''},
      version: this.config.version,
      readyMs: this.flags['start-timeout'] * 1000,
      folder: report ?? reportFolder(settings, new Date()),
      onProgress: progressView({
        line,
        note: text => this.note(text),
        verbose: this.flags.verbose,
        plain: !process.stderr.isTTY,
      }),
      log: text => {
        line.clear()
        this.log(text)
      },
      onReport: found => {
        this.report = found
      },
    }).finally(() => line.clear())
  }
}
