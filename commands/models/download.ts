import {BaseCommand} from '@essence/core/cli/base-command'
import {modelKinds, profileNames} from '@essence/core/models/catalogue/entry'
import {Args, Flags} from '@oclif/core'

export default class ModelsDownload extends BaseCommand<typeof ModelsDownload> {
  static override summary = 'Download models once, verified; afterwards June needs no network.'
  static override description =
    `--all gets what this machine needs: the profile fits its memory and GPU, or name one with --profile. Of a family
(essence models download whisper) the one of the profile is taken.
A download that was interrupted continues where it stopped, whatever stopped it. Each file is checked against the
sha256 the hub lists for it before it counts, and models.lock.json keeps what was taken.
With --json, progress goes to stderr as one JSON object a line.`
  static override examples = [
    '<%= config.bin %> models download --all',
    '<%= config.bin %> models download --all --profile light --dry-run',
    '<%= config.bin %> models download kokoro whisper-small-q5_1',
    '<%= config.bin %> models download --allow ggml-org/SmolVLM-256M-Instruct-GGUF@main',
  ]
  static override args = {
    name: Args.string({
      description: 'Models by id, alias, family (whisper, kokoro) or a part that no other has.',
      multiple: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    all: Flags.boolean({char: 'a', summary: 'Every model the profile requires.'}),
    model: Flags.string({
      char: 'm',
      multiple: true,
      multipleNonGreedy: true,
      summary: 'The same as NAME.',
    }),
    kind: Flags.option({options: modelKinds})({summary: 'Only the required models of one kind.'}),
    profile: Flags.option({options: ['auto', ...profileNames] as const})({
      char: 'p',
      summary: 'Size of machine to choose for. Default MODEL_PROFILE.',
    }),
    allow: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'organisation/name@revision',
      summary: 'All files of a repository outside the catalogue.',
    }),
    'dry-run': Flags.boolean({char: 'n', summary: 'Only say what would be downloaded; needs no network.'}),
    force: Flags.boolean({char: 'f', summary: 'Download again what is here, and do not check the free space first.'}),
    update: Flags.boolean({summary: 'Take the newest files of the repository instead of those in models.lock.json.'}),
    wait: Flags.boolean({
      default: true,
      allowNo: true,
      summary: 'Wait while another process downloads the same file; --no-wait fails at once.',
    }),
  }

  protected async execute(): Promise<unknown> {
    const {all, model = [], kind, profile, allow, force, update, wait} = this.flags
    const settings = await this.settings({MODEL_PROFILE: profile})
    const {runDownload} = await import('@essence/core/cli/models/run-download')
    return runDownload({
      settings,
      ...{
        all,
        models: [...(this.args.name ?? []), ...model],
        kind,
        allow,
        force,
        update,
        wait,
        dryRun: this.flags['dry-run'],
      },
      show: this.jsonEnabled() ? 'json' : this.flags.quiet ? 'quiet' : process.stderr.isTTY ? 'terminal' : 'lines',
      log: line => this.log(line),
      onReport: report => {
        this.report = report
      },
    })
  }
}
