import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class AccessKeyList extends BaseCommand<typeof AccessKeyList> {
  static override summary = 'List the API keys: whose, until when, when last used.'
  static override examples = ['<%= config.bin %> access key list --user anna']
  static override flags = {user: Flags.string({summary: 'Only theirs.'})}

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const [{withAdmin}, {keyLines}, {resultColumns}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/access/lines'),
      import('@essence/core/cli/table'),
    ])
    const keys = await withAdmin(
      settings,
      message => this.warn(message),
      admin => admin.keys.list(this.flags.user),
    )
    if (keys.length === 0) this.note('There are none: essence access key add NAME --user WHOSE')
    else for (const line of keyLines(keys, resultColumns())) this.log(line)
    return {keys}
  }
}
