import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags, startFlags, startInput} from '@essence/core/cli/release/host-flags'
import {Args} from '@oclif/core'

export default class Start extends BaseCommand<typeof Start> {
  static override summary = 'Start the current release of a deployed service.'
  static override description = 'What runs already, and is ready, is left alone.'
  static override examples = ['<%= config.bin %> start telegram']
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {...startFlags, ...hostFlags}

  protected async execute(): Promise<unknown> {
    const {flags, args} = this
    const {operate} = await import('@essence/core/cli/release/operation-view')
    const hosts = await operate(flags, 'start', {...args, ...startInput(flags)}, this.asking)
    for (const {host, build} of hosts) this.log(`${args.service} ${build} serves on ${host}.`)
    return {hosts}
  }
}
