import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class TelegramService extends BaseCommand<typeof TelegramService> {
  static override summary = 'Run the Telegram bot: voice message in, voice message out.'

  static override description =
    `Needs TELEGRAM_BOT_TOKEN, from @BotFather. The bot answers those who were let in, and gives a stranger a code
for that: essence access approve CODE. Runs until SIGTERM or Ctrl-C, then finishes what it has begun; a second Ctrl-C ends it at once.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'TELEGRAM_AUTHORIZED_USERS=123456789 <%= config.bin %> <%= command.id %> --port 9080',
  ]

  static override flags = {
    port: Flags.integer({
      summary: 'Port of /health, /metrics and POST /api/agent/message; 0 takes any free one.',
      min: 0,
      max: 65_535,
      helpValue: '8080',
    }),
    host: Flags.string({summary: 'Address to listen on for these; 0.0.0.0 in a container (TELEGRAM_SERVICE_HOST).'}),
  }

  /** Part of `essence up` once there is a token. */
  static supervised = {
    name: 'telegram',
    when: 'TELEGRAM_BOT_TOKEN',
    otherwise: 'Telegram is off: set TELEGRAM_BOT_TOKEN to the token of a bot from @BotFather (docs/telegram.md)',
  }

  protected async execute(): Promise<unknown> {
    const [{runTelegram}, {telegram}] = await Promise.all([import('../src/service.ts'), import('../src/settings.ts')])
    const {host, port} = this.flags
    const settings = await this.settings({TELEGRAM_SERVICE_HOST: host, TELEGRAM_SERVICE_PORT: port}, telegram)
    await runTelegram({
      settings,
      version: this.config.version,
      onReady: ready => {
        this.announce(ready)
        if (!process.send)
          this.note([`June is on Telegram: ${ready.address}`, ...ready.lines, ...ready.notices].join('\n'))
      },
    })
    return null
  }
}
