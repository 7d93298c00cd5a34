import {BaseCommand, usageError} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class GeneratePlugin extends BaseCommand<typeof GeneratePlugin> {
  static override summary =
    'Write a plugin with a service of your own, which runs, builds and deploys like those of June.'
  static override description =
    `Makes a folder with a command, a service with /health and /metrics, a test and a README, ready to build. --relink, in the
folder of a plugin that is there, points it to this Essence: after a clone on another machine, say.`
  static override examples = [
    '<%= config.bin %> generate plugin weather',
    '<%= config.bin %> generate plugin door-bell --dir ~/src/door-bell',
  ]
  static override args = {
    name: Args.string({description: 'Name of the service, and of its command: weather, door-bell.'}),
  }
  static override flags = {
    dir: Flags.string({helpValue: 'FOLDER', summary: 'Where it goes. Default a folder of its name, here.'}),
    relink: Flags.boolean({default: false, summary: 'Only point a plugin that is there to this Essence.'}),
  }

  protected async execute(): Promise<unknown> {
    const [{join, resolve}, {findProgram}] = await Promise.all([
      import('node:path'),
      import('@essence/core/kit/process/find-program'),
    ])
    const {generatePlugin, relinkPlugin} = await import('@essence/core/release/scaffold/plugin')
    const {dir, relink} = this.flags
    const {name} = this.args
    const checkout = this.config.root
    if (relink) {
      const folder = resolve(dir ?? '.')
      const linked = await relinkPlugin(checkout, folder)
      this.log(`${folder}: linked ${linked.join(', ')}`)
      return {folder, linked}
    }
    if (name === undefined) throw usageError('What shall the service be called?', ['essence generate plugin NAME'])
    const folder = resolve(dir ?? name)
    const {supervisedCommands} = await import('@essence/core/cli/supervised')
    const {commands, topics} = this.config
    const taken = new Map([
      ['core', 'the library'],
      ['june', 'all services together'],
      ...topics.map(topic => [topic.name, 'a topic of commands'] as const),
      ...commands.flatMap(({id, aliases}) => [id, ...aliases]).map(id => [id, 'a command'] as const),
      ...supervisedCommands(this.config).map(service => [service.name, 'a service'] as const),
    ])
    const files = await generatePlugin({checkout, name, folder, taken})
    // Where it is not on the PATH, it is called from its checkout, as here.
    const essence = (await findProgram(['essence'])) ? 'essence' : join(checkout, 'bin/essence')
    this.log(`Written to ${folder}: ${files.join(', ')}`)
    this.note(
      [
        '',
        'Next:',
        `  cd ${folder}`,
        '  npm install && npm run build && npm test',
        `  ${essence} plugins link .`,
        `  ${essence} ${name}`,
      ].join('\n'),
    )
    return {name, folder, files}
  }
}
