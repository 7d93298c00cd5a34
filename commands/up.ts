import {BaseCommand} from '@essence/core/cli/base-command'

export default class Up extends BaseCommand<typeof Up> {
  static override summary = 'Start June on this machine: every configured service, supervised.'
  static override description =
    `Starts speech recognition and synthesis, which load their models once for all, the web gateway, and each channel whose token is set, as child processes. They load side by side, and are reached
at once: who speaks meanwhile is waited for. What dies is started again; what cannot be mended by another start is given up, with its reason. At a terminal one line tells of each turn, and a file of
JUNE_DATA_DIR has the details (LOG_LEVEL=DEBUG shows them); elsewhere the log comes as JSON. Ctrl-C drains and stops; a second Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> up',
    {description: 'With Telegram:', command: 'TELEGRAM_BOT_TOKEN=123456789:ABC… <%= config.bin %> up'},
  ]

  protected async execute(): Promise<unknown> {
    const [{settle}, {supervisedCommands}, {planServices}, {runUp}, {summaryLines}] = await Promise.all([
      import('@essence/core/config/read'),
      import('@essence/core/cli/supervised'),
      import('@essence/core/cli/up/plan-services'),
      import('@essence/core/cli/up/run-up'),
      import('@essence/core/cli/up/summary'),
    ])
    const inspection = await this.inspectSettings()
    const {settings} = inspection
    const {execPath, execArgv, argv, env, stderr} = process
    const host = {execPath, execArgv, script: argv[1] ?? '', env}
    const commands = supervisedCommands(this.config)
    const {services, off} = planServices(commands, settings, host)
    const switches = commands.flatMap(({when = [], unless = []}) => [when, unless].flat())
    const {warnings} = settle(
      inspection,
      services.map(({name}) => name),
      switches,
    )
    for (const warning of warnings) if (!this.warned.includes(warning)) this.warn(warning)
    await runUp({
      services,
      settings,
      version: this.config.version,
      stream: stderr,
      note: line => this.note(line),
      warned: this.warned,
      warn: message => this.warn(message),
      onStarted: (outcomes, log) => {
        this.report = {services: outcomes, off}
        this.note(summaryLines(outcomes, {off, log}).join('\n'))
        this.announce(this.report)
      },
    })
    return null
  }
}
