import {BaseCommand} from '@essence/core/cli/base-command'

export default class Up extends BaseCommand<typeof Up> {
  static override summary = 'Start June on this machine: every configured service, supervised.'
  static override description =
    `Starts speech recognition and synthesis, which load their models once for all, then the web gateway, and each channel whose token is set, as child processes. What dies is started again;
what cannot be mended by another start is given up, with its reason. Ctrl-C drains and stops; a second Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> up',
    {description: 'With Telegram:', command: 'TELEGRAM_BOT_TOKEN=123456789:ABC… <%= config.bin %> up'},
  ]

  protected async execute(): Promise<unknown> {
    const [{supervisedCommands}, {planServices}, {runUp}, {summaryLines}] = await Promise.all([
      import('@essence/core/cli/supervised'),
      import('@essence/core/cli/up/plan-services'),
      import('@essence/core/cli/up/run-up'),
      import('@essence/core/cli/up/summary'),
    ])
    const settings = await this.settings()
    const {execPath, execArgv, argv, env, stderr} = process
    const host = {execPath, execArgv, script: argv[1] ?? '', env, terminal: stderr.isTTY}
    const {services, off} = planServices(supervisedCommands(this.config), settings, host)
    await runUp({
      services,
      version: this.config.version,
      killAfterMs: settings.DRAIN_TIMEOUT_SECONDS * 1000 + 5000,
      note: line => this.note(line),
      onStarted: outcomes => {
        this.report = {services: outcomes, off}
        this.note(summaryLines(outcomes, off).join('\n'))
        // Where nothing runs, the failure that follows is the result.
        if (outcomes.some(one => one.state === 'ready' && !one.summary.url)) this.announce(this.report)
      },
    })
    return null
  }
}
