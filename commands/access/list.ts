import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class AccessList extends BaseCommand<typeof AccessList> {
  static override summary = 'List who may talk on channels, as Telegram, and who asks to.'
  static override examples = [
    '<%= config.bin %> access list',
    '<%= config.bin %> access list --channel telegram --json',
  ]
  static override flags = {channel: Flags.string({summary: 'Only this, as telegram.'})}

  protected async execute(): Promise<unknown> {
    const {channel} = this.flags
    const settings = await this.settings()
    const [{withChannels}, {pairingLines, partyLines}, {resultColumns}] = await Promise.all([
      import('@essence/core/cli/access/with-channels'),
      import('@essence/core/cli/access/channel-lines'),
      import('@essence/core/cli/table'),
    ])
    const options = {config: this.config, settings, warn: (message: string) => void this.warn(message), channel}
    const found = await withChannels(options, async access => ({
      waiting: await access.pairings(channel),
      known: await access.list(channel),
    }))
    if (found.waiting.length > 0) {
      for (const line of pairingLines(found.waiting, resultColumns())) this.log(line)
      this.note('Let somebody in: essence access approve CODE')
      if (found.known.length > 0) this.log('')
    }
    if (found.known.length > 0) for (const line of partyLines(found.known, resultColumns())) this.log(line)
    else if (found.waiting.length === 0) this.note('Nobody yet: whoever writes to the bot gets a code.')
    return found
  }
}
