import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags, startFlags, startInput} from '@essence/core/cli/release/host-flags'
import {Args} from '@oclif/core'

export default class Restart extends BaseCommand<typeof Restart> {
  static override summary = 'Start the current release of a service anew, with its environment as it is now.'
  static override description =
    'The new process must be ready before the old one is drained, where the service can run twice; should it fail, the old one serves on. What was changed in ENV_SH takes effect.'
  static override examples = ['<%= config.bin %> restart telegram']
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {...startFlags, ...hostFlags}

  protected async execute(): Promise<unknown> {
    const {flags, args} = this
    const {operate} = await import('@essence/core/cli/release/operation-view')
    const hosts = await operate(flags, 'restart', {...args, ...startInput(flags)}, this.asking)
    for (const {host, build, gapMs} of hosts) {
      const gap = gapMs > 0 ? `; nobody served for ${(gapMs / 1000).toFixed(1)} s` : ''
      this.log(`${args.service} ${build} was started anew on ${host}${gap}.`)
    }
    return {hosts}
  }
}
