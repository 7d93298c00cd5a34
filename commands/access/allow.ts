import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessAllow extends BaseCommand<typeof AccessAllow> {
  static override summary = 'Let a person or a group of a channel in who did not ask; an owner is one no longer.'
  static override examples = [
    '<%= config.bin %> access allow telegram 123456789',
    '<%= config.bin %> access allow telegram --members allowed -- -1001234567890',
  ]
  static override args = {
    channel: Args.string({description: 'As telegram.', required: true}),
    who: Args.string({description: 'The id, or the name where one alone has it.', required: true}),
  }
  static override flags = {
    group: Flags.boolean({summary: 'The id is one of a group.'}),
    members: Flags.option({options: ['everybody', 'allowed'] as const})({
      summary: 'Who is heard in a group: everybody, or those who are allowed themselves. Default: everybody.',
    }),
  }

  protected async execute(): Promise<unknown> {
    const {channel, who} = this.args
    const {group, members} = this.flags
    const settings = await this.settings()
    const [{byCommand, withChannels}, {shownParty}] = await Promise.all([
      import('@essence/core/cli/access/with-channels'),
      import('@essence/core/access/channel/names'),
    ])
    const options = {config: this.config, settings, warn: (message: string) => void this.warn(message), channel}
    const party = await withChannels(options, async access => {
      const named = await access.named(channel, who)
      return access.allow({...named, ...(group && {kind: 'group'})}, {by: byCommand, members})
    })
    this.log(`${shownParty(party)} may talk on ${channel} now.`)
    return party
  }
}
