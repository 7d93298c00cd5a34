import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags} from '@essence/core/cli/release/host-flags'
import {Args} from '@oclif/core'

export default class Ps extends BaseCommand<typeof Ps> {
  static override summary = 'List the deployed services: what runs, since when, and how it is.'
  static override description = 'With a service, its releases too: those a rollback can go to are good.'
  static override examples = ['<%= config.bin %> ps', '<%= config.bin %> ps telegram --json']
  static override args = {service: Args.string({description: 'Only this service, with its releases.'})}
  static override flags = {...hostFlags}

  protected async execute(): Promise<unknown> {
    const {service} = this.args
    const [{askHosts}, {releaseLines, statusLines}] = await Promise.all([
      import('@essence/core/cli/release/ask-hosts'),
      import('@essence/core/cli/release/status-view'),
    ])
    return askHosts(
      this.flags,
      async (session, signal) => ({services: await session.perform('status', {service}, {signal})}),
      hosts => {
        const all = hosts.flatMap(({host, services}) => services.map(each => ({host, ...each})))
        for (const line of statusLines(all)) this.log(line)
        if (service === undefined) return
        for (const status of all) {
          this.log(`\nReleases on ${status.host}:`)
          for (const line of releaseLines(status)) this.log(line)
        }
      },
    )
  }
}
