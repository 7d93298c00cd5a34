import {BaseCommand} from '@essence/core/cli/base-command'
import {Args} from '@oclif/core'

export default class ModelsVerify extends BaseCommand<typeof ModelsVerify> {
  static override summary = 'Read installed models again and compare every byte with what was downloaded.'
  static override description = 'A file that changed no longer counts as installed; the next download fetches it anew.'
  static override args = {
    id: Args.string({
      description: 'Ids, aliases or parts of ids; default all that are installed.',
      multiple: true,
      ignoreStdin: true,
    }),
  }
  static override examples = ['<%= config.bin %> models verify', '<%= config.bin %> models verify whisper-small-q5_1']

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const [{runVerify}, {withCancel}] = await Promise.all([
      import('@essence/core/cli/models/run-verify'),
      import('@essence/core/kit/cancel'),
    ])
    return withCancel(signal =>
      runVerify({
        settings,
        names: this.args.id ?? [],
        log: line => this.log(line),
        note: line => this.note(line),
        onReport: report => {
          this.report = report
        },
        signal,
      }),
    )
  }
}
