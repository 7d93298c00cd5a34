import {permissions} from '@essence/core/access/port'
import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class AccessKeyAdd extends BaseCommand<typeof AccessKeyAdd> {
  static override summary = 'Make an API key for a program of a person; it is shown once.'
  static override examples = [
    '<%= config.bin %> access key add home-assistant --user anna --permission service.stt --permission service.tts',
    '<%= config.bin %> access key add laptop --user anna --expires 90d',
  ]
  static override args = {name: Args.string({description: 'What the key is for.', required: true})}
  static override flags = {
    user: Flags.string({summary: 'Whose it is.', required: true}),
    permission: Flags.option({options: permissions, multiple: true, multipleNonGreedy: true})({
      summary: 'What it may do. Default: all that its person may, but for administering.',
    }),
    expires: Flags.string({summary: 'When it ends: 12h, 90d, 4w, 1y. Default: never.'}),
  }

  protected async execute(): Promise<unknown> {
    const {user, permission, expires} = this.flags
    const settings = await this.settings()
    const [{withAdmin}, {expiryOf}, {permissionsOf}] = await Promise.all([
      import('@essence/core/cli/access/with-admin'),
      import('@essence/core/cli/access/expiry'),
      import('@essence/core/access/port'),
    ])
    const expiresAt = expires === undefined ? undefined : expiryOf('--expires', expires, new Date())
    const {key, info} = await withAdmin(
      settings,
      message => this.warn(message),
      async ({users, keys}) => {
        const {roles} = await users.get(user)
        const usual = new Set(roles.flatMap(role => permissionsOf[role]).filter(name => !name.startsWith('admin.')))
        return keys.create({name: this.args.name, userId: user, permissions: permission ?? [...usual], expiresAt})
      },
    )
    this.log(key)
    this.note(`It may ${info.permissions.join(', ')}. Keep it safe: it is not shown again.`)
    return {...info, key}
  }
}
