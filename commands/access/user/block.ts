import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessUserBlock extends BaseCommand<typeof AccessUserBlock> {
  static override summary = 'Block a person: their sign-ins end, their keys do not work.'
  static override examples = ['<%= config.bin %> access user block anna --reason "left the flat"']
  static override args = {name: Args.string({description: 'Whom.', required: true})}
  static override flags = {reason: Flags.string({summary: 'Why; they are told.'})}

  protected async execute(): Promise<unknown> {
    const {name} = this.args
    const settings = await this.settings()
    const {withAdmin} = await import('@essence/core/cli/access/with-admin')
    const user = await withAdmin(
      settings,
      message => this.warn(message),
      ({users}) => users.update(name, {status: 'blocked', reason: this.flags.reason}),
    )
    this.log(`${name} is blocked.`)
    return user
  }
}
