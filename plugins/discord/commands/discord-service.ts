import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class DiscordService extends BaseCommand<typeof DiscordService> {
  static override summary = 'Run the Discord bot: text and voice messages, in servers and in direct messages.'

  static override description =
    `Needs DISCORD_BOT_TOKEN, from the developer portal. The bot answers those who were let in, and gives a stranger a code
for that: essence access approve CODE. Runs until SIGTERM or Ctrl-C, then finishes what it has begun; a second Ctrl-C ends it at once.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'DISCORD_AUTHORIZED_USERS=80351110224678912 <%= config.bin %> <%= command.id %> --port 9081',
  ]

  static override flags = {
    port: Flags.integer({
      summary: 'Port of /health, /metrics and POST /api/agent/message; 0 takes any free one.',
      min: 0,
      max: 65_535,
      helpValue: '8081',
    }),
    host: Flags.string({summary: 'Address to listen on for these; 0.0.0.0 in a container (DISCORD_SERVICE_HOST).'}),
  }

  /** Part of `essence up` once there is a token. */
  static supervised = {
    name: 'discord',
    when: 'DISCORD_BOT_TOKEN',
    otherwise:
      'Discord is off: set DISCORD_BOT_TOKEN to the token of a bot from the developer portal (docs/discord.md)',
  }

  protected async execute(): Promise<unknown> {
    const [{runDiscord}, {discord}] = await Promise.all([import('../src/service.ts'), import('../src/settings.ts')])
    const {host, port} = this.flags
    const settings = await this.settings({DISCORD_SERVICE_HOST: host, DISCORD_SERVICE_PORT: port}, discord)
    await runDiscord({
      settings,
      version: this.config.version,
      onReady: ready => {
        this.announce(ready)
        if (!process.send)
          this.note([`June is on Discord; invite her: ${ready.address}`, ...ready.lines, ...ready.notices].join('\n'))
      },
    })
    return null
  }
}
