import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class AccessUserList extends BaseCommand<typeof AccessUserList> {
  static override summary = 'List the people who have an account.'
  static override examples = [
    '<%= config.bin %> access user list',
    '<%= config.bin %> access user list --status blocked --json',
  ]
  static override flags = {
    search: Flags.string({summary: 'Part of a name.'}),
    status: Flags.option({options: ['active', 'blocked', 'admin'] as const})({summary: 'Only these.'}),
  }

  protected async execute(): Promise<unknown> {
    const {search, status} = this.flags
    const settings = await this.settings()
    const [{allOf, withAdmin}, {userLines}, {resultColumns}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/access/lines'),
      import('@essence/core/cli/table'),
    ])
    const users = await withAdmin(
      settings,
      message => this.warn(message),
      admin => allOf(page => admin.users.list({...page, search, status})),
    )
    if (users.length === 0) this.note('Nobody: essence access user add NAME')
    else for (const line of userLines(users, resultColumns())) this.log(line)
    return {users}
  }
}
