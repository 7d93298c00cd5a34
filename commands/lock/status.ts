import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags} from '@essence/core/cli/release/host-flags'
import {Args} from '@oclif/core'

export default class LockStatus extends BaseCommand<typeof LockStatus> {
  static override summary = 'Say who is at work on a deployed service.'
  static override examples = ['<%= config.bin %> lock status telegram']
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {...hostFlags}

  protected async execute(): Promise<unknown> {
    const {service} = this.args
    const {askHosts} = await import('@essence/core/cli/release/ask-hosts')
    return askHosts(
      this.flags,
      (session, signal) => session.perform('lockStatus', {service}, {signal}),
      hosts => {
        for (const {host, free, owner, since, stale} of hosts) {
          const gone = stale ? '; its process is gone, the next deploy takes it over' : ''
          this.log(`${service} on ${host}: ${free ? 'free' : `locked: ${owner}, since ${since}${gone}`}`)
        }
      },
    )
  }
}
