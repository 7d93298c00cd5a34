import {BaseCommand} from '@essence/core/cli/base-command'
import {Args} from '@oclif/core'

export default class AccessKeyRevoke extends BaseCommand<typeof AccessKeyRevoke> {
  static override summary = 'Revoke an API key, for good.'
  static override examples = ['<%= config.bin %> access key revoke 3f2a9c1e']
  static override args = {id: Args.string({description: 'Its id, or the beginning of it.', required: true})}

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const [{withAdmin}, {keyNamed}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/access/named-key'),
    ])
    const key = await withAdmin(
      settings,
      message => this.warn(message),
      async ({keys}) => {
        const named = keyNamed(await keys.list(), this.args.id)
        await keys.revoke(named.id)
        return named
      },
    )
    this.log(`Revoked the key "${key.name}" of ${key.userId}.`)
    return key
  }
}
