import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags, startFlags, startInput, yesFlag} from '@essence/core/cli/release/host-flags'
import {Args} from '@oclif/core'

export default class Rollback extends BaseCommand<typeof Rollback> {
  static override summary = 'Make an earlier release of a service the running version again.'
  static override description =
    'Goes to the good release deployed before the current one, or to the one named. It must prove itself as a new one must: whatever fails, the current one serves on.'
  static override examples = [
    '<%= config.bin %> rollback telegram',
    '<%= config.bin %> rollback gateway 20261126-141548-1a2b3c4d',
  ]
  static override args = {
    service: Args.string({description: 'Service that was deployed.', required: true}),
    build: Args.string({description: 'Build to go back to, as essence ps lists them.'}),
  }
  static override flags = {...startFlags, ...yesFlag, ...hostFlags}

  protected async execute(): Promise<unknown> {
    const {flags, args} = this
    const [{beforeStop, canAsk}, {operate}] = await Promise.all([
      import('@essence/core/cli/release/ask-person'),
      import('@essence/core/cli/release/operation-view'),
    ])
    const before = beforeStop(canAsk(flags, this.asking), args.service, 'must stop before the earlier release starts')
    const hosts = await operate(flags, 'rollback', {...args, ...startInput(flags)}, {...this.asking, before})
    for (const {host, service, build, previous} of hosts) {
      this.log(`${service} ${build} serves on ${host} again, instead of ${previous}.`)
    }
    return {hosts}
  }
}
