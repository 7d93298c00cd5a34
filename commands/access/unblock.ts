import {BaseCommand} from '@essence/core/cli/base-command'
import {Args} from '@oclif/core'

export default class AccessUnblock extends BaseCommand<typeof AccessUnblock> {
  static override summary = 'Take a block back: they are again what they were before.'
  static override examples = ['<%= config.bin %> access unblock telegram 123456789']
  static override args = {
    channel: Args.string({description: 'As telegram.', required: true}),
    who: Args.string({description: 'The id, or the name where one alone has it.', required: true}),
  }

  protected async execute(): Promise<unknown> {
    const {channel, who} = this.args
    const settings = await this.settings()
    const [{byCommand, withChannels}, {shownParty}] = await Promise.all([
      import('@essence/core/cli/access/with-channels'),
      import('@essence/core/access/channel/names'),
    ])
    const options = {config: this.config, settings, warn: (message: string) => void this.warn(message), channel}
    const {party, standing} = await withChannels(options, async access => {
      const party = await access.named(channel, who)
      return {party, standing: (await access.unblock(party, {by: byCommand}))?.standing}
    })
    const may = standing
      ? `may talk on ${channel} again`
      : `is no longer blocked on ${channel}, and may ask to be let in`
    this.log(`${shownParty(party)} ${may}.`)
    return {...party, standing}
  }
}
