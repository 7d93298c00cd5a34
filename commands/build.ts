import {BaseCommand} from '@essence/core/kit/base-command'
import {Args, Flags} from '@oclif/core'

export default class Build extends BaseCommand<typeof Build> {
  static override summary = 'Make a release of a service: one tarball that a host needs nothing besides, but Node.js.'
  static override description =
    `Installs what the service needs from the lock file into an empty folder, adds the compiled code, and packs it: build/june-SERVICE-TIME.tar.gz with its .sha256. The same sources give the same bytes, in whatever folder they are built.`
  static override examples = ['<%= config.bin %> build telegram', '<%= config.bin %> build june --gpu cuda']
  static override args = {
    service: Args.string({
      description: 'Service to build: telegram, gateway …, or june for all together.',
      required: true,
    }),
  }
  static override flags = {
    engines: Flags.string({
      summary: 'Engines to carry: all, none, or some of stt,tts,llm. Default: as the service says.',
    }),
    gpu: Flags.option({options: ['cpu', 'cuda', 'vulkan'] as const})({
      default: 'cpu',
      summary: 'Which native builds of the engines travel.',
    }),
  }

  protected async execute(): Promise<unknown> {
    const {runBuild} = await import('@essence/core/release/build/run-build')
    const built = await runBuild({
      checkout: this.config.root,
      service: this.args.service,
      linked: [...this.config.plugins.values()].filter(({type}) => type === 'link').map(({root}) => root),
      gpu: this.flags.gpu,
      note: line => this.note(line),
    })
    this.log(`${built.path}  ${(built.size / 1e6).toFixed(1)} MB, build ${built.build}`)
    return built
  }
}
