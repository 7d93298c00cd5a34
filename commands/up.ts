import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class Up extends BaseCommand<typeof Up> {
  static override summary = 'Start June on this machine: every configured service, supervised.'
  static override description =
    `Starts what answers, speech recognition and synthesis, which load their models once for all, the web gateway, and each channel whose token is set, as child processes. They load side by side, and are reached
at once: who speaks meanwhile is waited for. What dies is started again; what cannot be mended by another start is given up, with its reason. At a terminal one line tells of each turn, and a file of
JUNE_DATA_DIR has the details (LOG_LEVEL=DEBUG shows them); elsewhere the log comes as JSON. Ctrl-C drains and stops; a second Ctrl-C stops at once.
Where no models are installed, a person at a terminal is asked once which to download. June starts at once as a demonstration, downloads them
meanwhile, and changes to them without another start; what was interrupted goes on at the next.`
  static override examples = [
    '<%= config.bin %> up',
    {description: 'With real models, without a question:', command: '<%= config.bin %> up --models light'},
    {description: 'With Telegram:', command: 'TELEGRAM_BOT_TOKEN=123456789:ABC… <%= config.bin %> up'},
  ]

  static override flags = {
    models: Flags.string({
      summary: 'Models to download while June runs: a profile (essence models list), or none. Remembered.',
      helpValue: 'PROFILE|none',
    }),
    yes: Flags.boolean({char: 'y', summary: 'Take the models that fit this machine, without a question.'}),
  }

  protected async execute(): Promise<unknown> {
    const [
      {settle},
      {supervisedCommands},
      {planServices},
      {runUp},
      {changedLines, summaryLines},
      {decideModels},
      {hubFrom},
      {hasPerson},
    ] = await Promise.all([
      import('@essence/core/config/read'),
      import('@essence/core/cli/supervised'),
      import('@essence/core/service/plan-services'),
      import('@essence/core/cli/up/run-up'),
      import('@essence/core/cli/up/summary'),
      import('@essence/core/cli/up/models/decide'),
      import('@essence/core/models/hub/hub-settings'),
      import('@essence/core/cli/ask'),
    ])
    const inspection = await this.inspectSettings()
    const {settings} = inspection
    const {execPath, execArgv, argv, env, stderr} = process
    const host = {execPath, execArgv, script: argv[1] ?? '', env}
    const commands = supervisedCommands(this.config)
    const {services, off} = planServices(commands, settings, host)
    const switches = commands.flatMap(({when = [], unless = [], unlessOurs = []}) => [when, unless, unlessOurs].flat())
    const {warnings} = settle(
      inspection,
      services.map(({name}) => name),
      switches,
    )
    for (const warning of warnings) if (!this.warned.includes(warning)) this.warn(warning)
    const {models, yes} = this.flags
    const hub = hubFrom(settings)
    const note = (line: string): void => this.note(line)
    const canAsk = !this.jsonEnabled() && !this.flags.quiet && hasPerson()
    await runUp({
      services,
      settings,
      version: this.config.version,
      stream: stderr,
      ...{note, hub, draws: this.asking.show === 'terminal'},
      decide: () => decideModels({settings, origins: inspection.origins, models, yes, canAsk, hub, note}),
      warned: this.warned,
      warn: message => this.warn(message),
      onStarted: (outcomes, log, coming) => {
        this.report = {services: outcomes, off}
        note(summaryLines(outcomes, {off, log, coming}).join('\n'))
        this.announce(this.report)
      },
      onChanged: reopened => note(changedLines(reopened).join('\n')),
      // Idle connections would keep the process for seconds.
    }).finally(() => hub?.dispatcher.destroy())
    return null
  }
}
