import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags, stopFlags} from '@essence/core/cli/release/host-flags'
import {Args, Flags} from '@oclif/core'

export default class Undeploy extends BaseCommand<typeof Undeploy> {
  static override summary = 'Stop a deployed service and remove it: its releases, its state, its systemd unit.'
  static override description =
    'What the service remembers, its logs and its environment file stay; with --purge the first two go. Other services are left alone.'
  static override examples = [
    '<%= config.bin %> undeploy telegram --dry-run',
    '<%= config.bin %> undeploy telegram --purge --yes',
  ]
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {
    purge: Flags.boolean({default: false, summary: 'Remove its logs and its own folder in JUNE_DATA_DIR, too.'}),
    'dry-run': Flags.boolean({char: 'n', default: false, summary: 'Only say what would be removed.'}),
    yes: Flags.boolean({char: 'y', default: false, summary: 'Do not ask before it is removed.'}),
    ...stopFlags,
    ...hostFlags,
  }

  protected async execute(): Promise<unknown> {
    const {flags, args} = this
    const {purge, 'dry-run': dryRun} = flags
    const [{beforeRemoval}, {operate}] = await Promise.all([
      import('@essence/core/cli/release/ask-person'),
      import('@essence/core/cli/release/operation-view'),
    ])
    const question = `Remove ${args.service}${purge ? ' with its logs and its data' : ''}`
    const input = {...args, purge, dryRun, drainMs: flags['drain-timeout']}
    const hosts = await operate(flags, 'undeploy', input, {
      ...this.asking,
      ...(dryRun ? {show: 'quiet'} : {before: beforeRemoval(flags, this.asking, question)}),
    })
    for (const {host, removed, kept} of hosts) {
      this.log(`${args.service} ${dryRun ? 'would be' : 'is'} removed from ${host}:`)
      for (const path of removed) this.log(`  ${dryRun ? 'remove' : 'removed'}  ${path}`)
      for (const path of kept) this.log(`  ${dryRun ? 'keep  ' : 'kept   '}  ${path}`)
    }
    return {hosts}
  }
}
