import {roles} from '@essence/core/access/port'
import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessUserAdd extends BaseCommand<typeof AccessUserAdd> {
  static override summary = 'Add a person, who signs in by a password or uses API keys.'
  static override description =
    `The password is asked for, or read from standard input; never taken from the command line.
What June already knows under that name is theirs.`
  static override examples = [
    '<%= config.bin %> access user add anna',
    'cat password.txt | <%= config.bin %> access user add boss --role admin --password-stdin',
    '<%= config.bin %> access user add doorbell --role service --no-password',
  ]
  static override args = {name: Args.string({description: 'Letters, digits, _ and -; at most 64.', required: true})}
  static override flags = {
    role: Flags.option({options: roles, multiple: true, multipleNonGreedy: true})({
      summary: 'What they may do. Default: user.',
    }),
    'password-stdin': Flags.boolean({summary: 'Read the password from standard input.', exclusive: ['no-password']}),
    'no-password': Flags.boolean({summary: 'Nobody signs in: for API keys alone.'}),
  }

  protected async execute(): Promise<unknown> {
    const {name} = this.args
    const settings = await this.settings()
    const [{withAdmin}, {readPassword}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/access/read-password'),
    ])
    const source = {
      fromStdin: this.flags['password-stdin'] ?? false,
      canAsk: !this.jsonEnabled(),
      instead: '--no-password',
    }
    const password = this.flags['no-password'] ? undefined : await readPassword(source)
    const user = await withAdmin(
      settings,
      message => this.warn(message),
      ({users}) => users.create({username: name, password, roles: this.flags.role}),
    )
    this.log(`Added ${name} (${user.roles.join(', ')}).`)
    return user
  }
}
