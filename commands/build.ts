import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class Build extends BaseCommand<typeof Build> {
  static override summary = 'Make a release of a service: one tarball that a host needs nothing besides, but Node.js.'
  static override description =
    `Installs what the service needs from the lock file into an empty folder, adds the compiled code, and packs it:
build/june-SERVICE-TIME.tar.gz, with its digest (.sha256) and a bill of materials (.cdx.json). The same sources give the
same bytes, in whatever folder and whenever they are built. The last 3 builds of a service stay in build/.`
  static override examples = [
    '<%= config.bin %> build telegram',
    '<%= config.bin %> build june --gpu cuda --with-node',
    '<%= config.bin %> build gateway --sign ~/.config/june/release.pem --verify-reproducible',
  ]
  static override args = {
    service: Args.string({
      description: 'Service to build: telegram, gateway … or one of a linked plugin; june for all together.',
      required: true,
    }),
  }
  static override flags = {
    engines: Flags.string({
      helpValue: 'all|none|stt,tts,llm',
      summary: 'Engines to carry. Default: as the plugin of the service says.',
    }),
    gpu: Flags.option({options: ['cpu', 'cuda', 'vulkan'] as const})({
      default: 'cpu',
      summary: 'Which native builds of the engines travel.',
    }),
    'with-node': Flags.boolean({default: false, summary: 'Put the pinned Node.js inside: the host then needs none.'}),
    sign: Flags.string({helpValue: 'KEY', summary: 'Sign with an Ed25519 private key (a PEM file): writes .sig.'}),
    'verify-reproducible': Flags.boolean({
      default: false,
      summary: 'Build twice, in different folders, and compare the bytes.',
    }),
    'require-clean': Flags.boolean({default: false, summary: 'Refuse sources that differ from their commit.'}),
    'plugin-dir': Flags.directory({
      multiple: true,
      multipleNonGreedy: true,
      exists: true,
      summary: 'Folder of a plugin that is not linked.',
    }),
    output: Flags.string({char: 'o', helpValue: 'FOLDER', summary: 'Where the tarball goes. Default build/.'}),
    'dry-run': Flags.boolean({char: 'n', default: false, summary: 'Only say what would be built.'}),
  }

  protected async execute(): Promise<unknown> {
    const {flags} = this
    const {resolve} = await import('node:path')
    const {runBuild} = await import('@essence/core/cli/release/run-build')
    const linked = [...this.config.plugins.values()].filter(({type}) => type === 'link').map(({root}) => root)
    return runBuild({
      checkout: this.config.root,
      service: this.args.service,
      linked: [...linked, ...(flags['plugin-dir'] ?? []).map(path => resolve(path))],
      engines: flags.engines,
      gpu: flags.gpu,
      withNode: flags['with-node'],
      sign: flags.sign,
      verifyReproducible: flags['verify-reproducible'],
      requireClean: flags['require-clean'],
      output: flags.output && resolve(flags.output),
      dryRun: flags['dry-run'],
      show: this.asking.show,
      log: line => this.log(line),
      warn: message => this.warn(message),
    })
  }
}
