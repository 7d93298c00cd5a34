import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags} from '@essence/core/cli/release/host-flags'
import {Args, Flags} from '@oclif/core'

export default class History extends BaseCommand<typeof History> {
  static override summary = 'Say what was done to a deployed service: when, by whom, and what came of it.'
  static override examples = ['<%= config.bin %> history telegram', '<%= config.bin %> history gateway --last 5 --json']
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {
    last: Flags.integer({default: 20, min: 1, summary: 'How many entries, the latest.'}),
    ...hostFlags,
  }

  protected async execute(): Promise<unknown> {
    const {service} = this.args
    const [{askHosts}, {historyLines}] = await Promise.all([
      import('@essence/core/cli/release/ask-hosts'),
      import('@essence/core/cli/release/status-view'),
    ])
    return askHosts(
      this.flags,
      async (session, signal) => ({
        entries: await session.perform('history', {service, last: this.flags.last}, {signal}),
      }),
      hosts => {
        for (const {host, entries} of hosts) {
          if (hosts.length > 1) this.log(`${host}:`)
          for (const line of historyLines(entries)) this.log(line)
        }
      },
    )
  }
}
