import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class AccessAudit extends BaseCommand<typeof AccessAudit> {
  static override summary = 'List what was done: sign-ins, keys, changes of people, also on channels; the newest first.'
  static override examples = [
    '<%= config.bin %> access audit',
    '<%= config.bin %> access audit --action sign-in.failed --count 500 --json',
  ]
  static override flags = {
    action: Flags.string({
      summary: 'Only this: sign-in, sign-in.failed, refresh.reused, key.made, user.changed, channel.approved …',
    }),
    actor: Flags.string({summary: 'Only what this person did.'}),
    count: Flags.integer({summary: 'How many.', default: 50, min: 1, max: 1000}),
  }

  protected async execute(): Promise<unknown> {
    const {action, actor, count} = this.flags
    const settings = await this.settings()
    const [{withAdmin}, {withChannels}, {auditLines}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/access/with-channels'),
      import('@essence/core/cli/access/lines'),
    ])
    const warn = (message: string): void => void this.warn(message)
    const asked = {action, actor}
    const [gateway, channels] = await Promise.all([
      withAdmin(settings, warn, ({audit}) => audit.list({page: 1, pageSize: count, ...asked})),
      withChannels({config: this.config, settings, warn}, ({audit}) => audit.list({count, ...asked})),
    ])
    const both = [...gateway.items, ...channels.items].toSorted((a, b) => b.at.getTime() - a.at.getTime())
    const entries = both.slice(0, count)
    const total = gateway.total + channels.total
    for (const line of auditLines(entries)) this.log(line)
    if (total > entries.length) this.note(`${total - entries.length} older ones: --count`)
    return {entries, total}
  }
}
