import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessUserPassword extends BaseCommand<typeof AccessUserPassword> {
  static override summary = 'Give a person another password; their sign-ins end.'
  static override examples = [
    '<%= config.bin %> access user password anna',
    'cat password.txt | <%= config.bin %> access user password anna --password-stdin',
  ]
  static override args = {name: Args.string({description: 'Whom.', required: true})}
  static override flags = {'password-stdin': Flags.boolean({summary: 'Read it from standard input.'})}

  protected async execute(): Promise<unknown> {
    const {name} = this.args
    const settings = await this.settings()
    const [{withAdmin}, {readPassword}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/access/read-password'),
    ])
    const password = await readPassword({fromStdin: this.flags['password-stdin'] ?? false, canAsk: !this.jsonEnabled()})
    const user = await withAdmin(
      settings,
      message => this.warn(message),
      ({users}) => users.update(name, {password}),
    )
    this.log(`${name} has another password.`)
    return user
  }
}
