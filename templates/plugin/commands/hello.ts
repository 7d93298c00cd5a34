import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@essence/core/cli/flags'

export default class Hello extends BaseCommand<typeof Hello> {
  static override summary = 'Run the hello service.'
  static override description = 'Runs until SIGTERM or Ctrl-C, then finishes what it has begun.'
  static override examples = ['<%= config.bin %> <%= command.id %> --port 9000']

  static override flags = {
    host: Flags.string({summary: 'Address to listen on (HELLO_HOST).'}),
    port: Flags.integer({summary: 'Port to listen on; 0 takes any free one (HELLO_PORT).', min: 0, max: 65_535}),
  }

  /** Part of `essence up`. */
  static supervised = {name: 'hello'}

  protected async execute(): Promise<unknown> {
    // Inside, so that other commands start without loading this.
    const [{runHello}, {helloGroup}] = await Promise.all([import('../src/service.ts'), import('../src/settings.ts')])
    const {host, port} = this.flags
    await runHello({
      settings: await this.settings({HELLO_HOST: host, HELLO_PORT: port}, helloGroup),
      version: this.config.version,
      onReady: summary => {
        this.announce(summary)
        if (!process.send) this.note(`hello is ready: ${summary.address}`)
      },
    })
    return null
  }
}
