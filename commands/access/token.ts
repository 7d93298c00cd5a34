import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessToken extends BaseCommand<typeof AccessToken> {
  static override summary = 'Print an access token for a person, or for a name without an account.'
  static override examples = [
    '<%= config.bin %> access token anna',
    'curl -H "Authorization: Bearer $(<%= config.bin %> access token script --admin)" localhost:8000/admin/users',
  ]
  static override args = {user: Args.string({description: 'For whom.', required: true})}
  static override flags = {
    admin: Flags.boolean({summary: 'For an admin; refused for a person who is none.'}),
    hours: Flags.integer({summary: 'How long it lasts. Default: as a sign-in.', min: 1, max: 8760}),
  }

  protected async execute(): Promise<unknown> {
    const {admin, hours} = this.flags
    const settings = await this.settings()
    const {withAdmin} = await import('@essence/core/cli/access/with-admin')
    const issued = await withAdmin(
      settings,
      message => this.warn(message),
      ({issue}) =>
        issue(this.args.user, {
          roles: admin ? ['admin'] : undefined,
          seconds: hours === undefined ? undefined : hours * 3600,
        }),
    )
    this.log(issued.accessToken)
    return issued
  }
}
