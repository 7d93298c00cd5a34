import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@essence/core/cli/flags'

export default class Webapp extends BaseCommand<typeof Webapp> {
  static override summary =
    'Open the page of a gateway at an address of this machine, where browsers give it the microphone.'
  static override description =
    `The gateway serves the page itself; this is for a gateway on another machine, over a network that you trust, and for another port. All the
page asks for is handed on, so the gateway decides who is let in. Ctrl-C stops.`
  static override examples = [
    '<%= config.bin %> webapp',
    {description: 'Of another machine:', command: '<%= config.bin %> webapp --gateway http://gpu-box:8000'},
  ]

  static override flags = {
    gateway: Flags.string({summary: 'Address of the gateway (GATEWAY_URL).'}),
    port: Flags.integer({summary: 'Port to listen on; 0 takes any free one (WEBAPP_PORT).', min: 0, max: 65_535}),
  }

  protected async execute(): Promise<unknown> {
    const [{runWebapp}, {webapp}] = await Promise.all([import('../src/service.ts'), import('../src/settings.ts')])
    const {gateway, port} = this.flags
    await runWebapp({
      settings: await this.settings({GATEWAY_URL: gateway, WEBAPP_PORT: port}, webapp),
      version: this.config.version,
      onReady: summary => {
        this.announce(summary)
        this.note(`Talk to June: ${summary.address}`)
      },
    })
    return null
  }
}
