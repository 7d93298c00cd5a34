import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags, startFlags, startInput, yesFlag} from '@essence/core/cli/release/host-flags'
import {Args} from '@oclif/core'

export default class Restart extends BaseCommand<typeof Restart> {
  static override summary = 'Start the current release of a service anew, with its environment as it is now.'
  static override description =
    'The new process must be ready before the old one is drained, where the service can run twice; should it fail, the old one serves on. What was changed in ENV_SH takes effect.'
  static override examples = ['<%= config.bin %> restart telegram']
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {...startFlags, ...yesFlag, ...hostFlags}

  protected async execute(): Promise<unknown> {
    const {flags, args} = this
    const [{beforeStop, canAsk}, {operate}] = await Promise.all([
      import('@essence/core/cli/release/ask-person'),
      import('@essence/core/cli/release/operation-view'),
    ])
    const before = beforeStop(canAsk(flags, this.asking), args.service, 'must stop before it is started anew')
    const hosts = await operate(flags, 'restart', {...args, ...startInput(flags)}, {...this.asking, before})
    for (const {host, build, gapMs} of hosts) {
      const gap = gapMs > 0 ? `; nobody served for ${(gapMs / 1000).toFixed(1)} s` : ''
      this.log(`${args.service} ${build} was started anew on ${host}${gap}.`)
    }
    return {hosts}
  }
}
