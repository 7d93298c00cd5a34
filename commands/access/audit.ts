import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class AccessAudit extends BaseCommand<typeof AccessAudit> {
  static override summary = 'List what was done: sign-ins, keys, changes of people; the newest first.'
  static override examples = [
    '<%= config.bin %> access audit',
    '<%= config.bin %> access audit --action sign-in.failed --count 500 --json',
  ]
  static override flags = {
    action: Flags.string({summary: 'Only this: sign-in, sign-in.failed, refresh.reused, key.made, user.changed …'}),
    actor: Flags.string({summary: 'Only what this person did.'}),
    count: Flags.integer({summary: 'How many.', default: 50, min: 1, max: 1000}),
  }

  protected async execute(): Promise<unknown> {
    const {action, actor, count} = this.flags
    const settings = await this.settings()
    const [{withAdmin}, {auditLines}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/access/lines'),
    ])
    const {items: entries, total} = await withAdmin(
      settings,
      message => this.warn(message),
      ({audit}) => audit.list({page: 1, pageSize: count, action, actor}),
    )
    for (const line of auditLines(entries)) this.log(line)
    if (total > entries.length) this.note(`${total - entries.length} older ones: --count`)
    return {entries, total}
  }
}
