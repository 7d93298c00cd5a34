import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessUserRemove extends BaseCommand<typeof AccessUserRemove> {
  static override summary = 'Remove a person with their keys and sign-ins.'
  static override description =
    `What June knows of them stays, and belongs to whoever is given the name next; erase it before:
essence memory erase --all --speaker user:NAME`
  static override examples = ['<%= config.bin %> access user remove anna --yes']
  static override args = {name: Args.string({description: 'Whom.', required: true})}
  static override flags = {yes: Flags.boolean({char: 'y', summary: 'Do not ask.'})}

  protected async execute(): Promise<unknown> {
    const {name} = this.args
    const settings = await this.settings()
    const [{withAdmin}, {confirm}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/confirm'),
    ])
    const refused = 'Nobody was removed.'
    const asked = {question: `Remove ${name}?`, canAsk: !this.jsonEnabled(), what: 'This removes a person', refused}
    if (!this.flags.yes && !(await confirm(asked))) {
      this.log(refused)
      return {name, removed: false}
    }
    await withAdmin(
      settings,
      message => this.warn(message),
      ({users}) => users.remove(name),
    )
    this.log(`Removed ${name}.`)
    return {name, removed: true}
  }
}
