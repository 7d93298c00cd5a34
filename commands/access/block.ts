import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessBlock extends BaseCommand<typeof AccessBlock> {
  static override summary = 'Block a person or a group of a channel, whoever let them in.'
  static override examples = [
    '<%= config.bin %> access block telegram 123456789 --reason "sends advertisements"',
    '<%= config.bin %> access block telegram @eve',
    '<%= config.bin %> access block telegram -- -1001234567890',
  ]
  static override args = {
    channel: Args.string({description: 'As telegram.', required: true}),
    who: Args.string({description: 'The id, or the name where one alone has it.', required: true}),
  }
  static override flags = {reason: Flags.string({summary: 'Why; it is kept, and not told.'})}

  protected async execute(): Promise<unknown> {
    const {channel, who} = this.args
    const settings = await this.settings()
    const [{byCommand, withChannels}, {shownParty}] = await Promise.all([
      import('@essence/core/cli/access/with-channels'),
      import('@essence/core/access/channel/names'),
    ])
    const options = {config: this.config, settings, warn: (message: string) => void this.warn(message), channel}
    const party = await withChannels(options, async access =>
      access.block(await access.named(channel, who), {by: byCommand, reason: this.flags.reason}),
    )
    this.log(`${shownParty(party)} is blocked on ${channel}.`)
    return party
  }
}
