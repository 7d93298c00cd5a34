import {BaseCommand} from '@essence/core/cli/base-command'
import {Args} from '@oclif/core'

export default class AccessUserUnblock extends BaseCommand<typeof AccessUserUnblock> {
  static override summary = 'Let a blocked person in again; they sign in anew.'
  static override examples = ['<%= config.bin %> access user unblock anna']
  static override args = {name: Args.string({description: 'Whom.', required: true})}

  protected async execute(): Promise<unknown> {
    const {name} = this.args
    const settings = await this.settings()
    const {withAdmin} = await import('@essence/core/cli/access/with-admin')
    const user = await withAdmin(
      settings,
      message => this.warn(message),
      ({users}) => users.update(name, {status: 'active'}),
    )
    this.log(`${name} may sign in again.`)
    return user
  }
}
