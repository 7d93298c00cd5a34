import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags, stopFlags, yesFlag} from '@essence/core/cli/release/host-flags'
import {Args} from '@oclif/core'

export default class Stop extends BaseCommand<typeof Stop> {
  static override summary = 'Stop a deployed service: it finishes what it works on, and stays stopped.'
  static override examples = ['<%= config.bin %> stop telegram', '<%= config.bin %> stop gateway --drain-timeout 5']
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {...stopFlags, ...yesFlag, ...hostFlags}

  protected async execute(): Promise<unknown> {
    const {flags, args} = this
    const [{beforeStop, canAsk}, {operate}] = await Promise.all([
      import('@essence/core/cli/release/ask-person'),
      import('@essence/core/cli/release/operation-view'),
    ])
    const before = beforeStop(canAsk(flags, this.asking), args.service, 'would be stopped', {beside: true})
    const hosts = await operate(flags, 'stop', {...args, drainMs: flags['drain-timeout']}, {...this.asking, before})
    for (const {host, stopped} of hosts) {
      this.log(stopped ? `${args.service} is stopped on ${host}.` : `${args.service} did not run on ${host}.`)
    }
    return {hosts}
  }
}
