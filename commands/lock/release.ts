import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags} from '@essence/core/cli/release/host-flags'
import {Args, Flags} from '@oclif/core'

export default class LockRelease extends BaseCommand<typeof LockRelease> {
  static override summary = 'Take a lock away that nobody will release.'
  static override description =
    'A lock of a process that died is taken over by the next deploy without this. One of a process that lives is taken away only by --force, and what that process does may then cross what the next one does.'
  static override examples = ['<%= config.bin %> lock release telegram --force']
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {
    force: Flags.boolean({char: 'f', default: false, summary: 'Also from a process that lives.'}),
    ...hostFlags,
  }

  protected async execute(): Promise<unknown> {
    const {service} = this.args
    const {force} = this.flags
    const {onHosts} = await import('@essence/core/cli/release/ask-hosts')
    const hosts = await onHosts(this.flags, (session, signal) =>
      session.perform('lockRelease', {service, force}, {signal}),
    )
    for (const {host, released} of hosts) {
      this.log(`${service} on ${host}: ${released ? 'the lock is released' : 'it was not locked'}.`)
    }
    return {hosts}
  }
}
