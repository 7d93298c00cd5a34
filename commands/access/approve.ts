import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessApprove extends BaseCommand<typeof AccessApprove> {
  static override summary = 'Let in who asks with a code: a person, or a group.'
  static override examples = [
    '<%= config.bin %> access approve 7K3MQ9TX',
    '<%= config.bin %> access approve 7K3MQ9TX --owner',
    '<%= config.bin %> access approve 7K3MQ9TX --members allowed',
  ]
  static override args = {code: Args.string({description: 'The code the bot gave them.', required: true})}
  static override flags = {
    owner: Flags.boolean({summary: 'As an owner: may let others in, and use the admin commands.'}),
    members: Flags.option({options: ['everybody', 'allowed'] as const})({
      summary: 'Who is heard in a group: everybody, or those who are allowed themselves. Default: everybody.',
      exclusive: ['owner'],
    }),
  }

  protected async execute(): Promise<unknown> {
    const {owner, members} = this.flags
    const settings = await this.settings()
    const [{byCommand, withChannels}, {shownParty}] = await Promise.all([
      import('@essence/core/cli/access/with-channels'),
      import('@essence/core/access/channel/names'),
    ])
    const options = {config: this.config, settings, warn: (message: string) => void this.warn(message)}
    const standing = owner ? 'owner' : 'allowed'
    const pairing = await withChannels(options, access =>
      access.decide(this.args.code, {standing, members, by: byCommand}),
    )
    this.log(`${shownParty(pairing)} may talk on ${pairing.channel} now${owner ? ', as an owner' : ''}.`)
    return pairing
  }
}
