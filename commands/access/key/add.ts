import {type Permission, permissions} from '@essence/core/access/port'
import {BaseCommand} from '@essence/core/cli/base-command'
import {EssenceError} from '@essence/core/kit/errors'
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
    permission: Flags.string({
      summary: `What it may do, one or several of ${permissions.join(', ')}. Default: all that its person may, but for administering.`,
      multiple: true,
      multipleNonGreedy: true,
    }),
    expires: Flags.string({summary: 'When it ends: 12h, 90d, 4w, 1y. Default: never.'}),
  }

  protected async execute(): Promise<unknown> {
    const {user, expires} = this.flags
    const permission = this.flags.permission?.map(permissionNamed)
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

const permissionNamed = (name: string): Permission => {
  const known = permissions.find(permission => permission === name)
  if (known) return known
  throw new EssenceError('USAGE', `--permission is "${name}"; expected one of ${permissions.join(', ')}.`)
}
