import type {LiveTurn} from '@essence/core/benchmark/live-turn'
import {BaseCommand} from '@essence/core/cli/base-command'
import {profileNames} from '@essence/core/models/catalogue/entry'
import {Flags} from '@oclif/core'

export default class Init extends BaseCommand<typeof Init> {
  static override summary = 'Set June up: asks for what is missing, writes it down, and ends with a live turn.'
  static override description =
    `Asks for tokens, for who owns June, for models, language and time zone: only for what is not set. Each token is tried at once; answers are written
to the file that ENV_SH names, or else to .env in the working directory, all at the end and in one step. What stands there stays, unless a flag
says otherwise or --change names it. Every answer may come as a flag, or in the environment by the name of its setting; without a terminal
nothing is asked, and what is missing is named.`
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --change TELEGRAM_BOT_TOKEN',
    {
      description: 'In a script:',
      command: '<%= config.bin %> init --yes --telegram-token-file token.txt --telegram-owner 987654321 --models light',
    },
  ]

  static override flags = {
    'telegram-token-file': Flags.string({
      helpValue: 'FILE|-',
      summary: 'File with the token of the Telegram bot; - is standard input.',
    }),
    'telegram-owner': Flags.string({helpValue: 'ID', summary: 'Numeric id of who owns June on Telegram.'}),
    'discord-token-file': Flags.string({
      helpValue: 'FILE|-',
      summary: 'File with the token of the Discord bot; - is standard input.',
    }),
    'discord-owner': Flags.string({helpValue: 'ID', summary: 'Numeric id of who owns June on Discord.'}),
    models: Flags.option({options: [...profileNames, 'none'] as const})({
      summary: 'Models to run on: a profile (essence models list), or none.',
    }),
    download: Flags.boolean({
      allowNo: true,
      summary: 'Download the models now; --no-download leaves it to essence up.',
    }),
    language: Flags.string({char: 'l', summary: 'Language people speak, as en; auto finds it out (STT_LANGUAGE).'}),
    'time-zone': Flags.string({helpValue: 'ZONE', summary: 'Time zone, as Europe/Berlin (TIME_ZONE).'}),
    change: Flags.string({
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Ask again for a setting that is set, or was left out.',
    }),
    yes: Flags.boolean({char: 'y', summary: 'Ask nothing: take what is recommended, leave out the rest.'}),
    check: Flags.boolean({default: true, allowNo: true, summary: 'Try each answer at once; --no-check does not.'}),
    turn: Flags.boolean({default: true, allowNo: true, summary: 'End with a live turn; --no-turn does not.'}),
  }

  protected async execute(): Promise<unknown> {
    const [
      {installedSettings},
      {coreGroups},
      {installedSteps},
      {coreSteps},
      {runInit},
      lines,
      {downloadChosen},
      {showLiveTurn},
      {runningUp},
      {hasPerson},
      {columnsOf, resultColumns},
    ] = await Promise.all([
      import('@essence/core/cli/installed-settings'),
      import('@essence/core/config/schema'),
      import('@essence/core/cli/init/installed-steps'),
      import('@essence/core/cli/init/core-steps'),
      import('@essence/core/cli/init/run-init'),
      import('@essence/core/cli/init/init-lines'),
      import('@essence/core/cli/init/download-chosen'),
      import('@essence/core/cli/init/show-live-turn'),
      import('@essence/core/engines/remote/up-record'),
      import('@essence/core/cli/ask'),
      import('@essence/core/cli/table'),
    ])
    const warn = (message: string): void => void this.warn(message)
    const note = (text: string): void => this.note(lines.fitted(text, columnsOf(process.stderr)))
    const installed = await installedSettings(this.config, warn)
    const groups = [...coreGroups, ...installed]
    const {models, download, change = [], yes, check, turn} = this.flags
    const initialised = await runInit({
      ...{installed, groups, flags: this.flags, models, download, change, yes, check, warn},
      steps: [...(await installedSteps(this.config, groups, warn)), ...coreSteps],
      canAsk: !this.jsonEnabled() && !this.flags.quiet && hasPerson(),
      note,
    })
    const report = {...initialised, downloaded: false, turn: null as LiveTurn | null}
    this.report = report
    this.log(lines.fileLine(initialised.file, initialised.written))
    for (const line of lines.answerLines(initialised.settings, resultColumns())) this.log(line)
    const leftOut = lines.leftOutLine(initialised.settings)
    if (leftOut !== undefined) note(leftOut)
    this.log(lines.modelsLine(initialised.models))
    const settings = await this.settings({MODEL_PROFILE: initialised.models.profile ?? undefined})
    const {download: isWanted} = initialised.models
    const show = this.jsonEnabled() ? 'json' : this.asking.show
    const failure = isWanted ? await downloadChosen({settings, show, note, warn}) : undefined
    report.downloaded = isWanted && failure === undefined
    if (turn) {
      const log = (line: string): void => this.log(line)
      const detail = (message: string): void => this.detail(message)
      report.turn = await showLiveTurn(settings, {draws: this.asking.show === 'terminal', log, note, warn, detail})
    }
    // What was to be done and was not, after all that could be.
    if (failure !== undefined) throw failure
    const up = await runningUp(settings.JUNE_DATA_DIR)
    note(
      up ? `\nJune is up with her earlier settings (process ${up.pid}): start her again.` : '\nStart June: essence up',
    )
    return report
  }
}
