import {BaseCommand} from '@essence/core/cli/base-command'
import {profileNames} from '@essence/core/models/catalogue/entry'
import {Flags} from '@oclif/core'

export default class ModelsStatus extends BaseCommand<typeof ModelsStatus> {
  static override summary = 'Say which of the models this machine needs are installed.'
  static override description =
    'Looks at sizes and at what was verified at download; essence models verify reads every byte.'
  static override examples = [
    '<%= config.bin %> models status',
    '<%= config.bin %> models status --profile gpu-24 --json',
  ]
  static override flags = {
    profile: Flags.option({options: ['auto', ...profileNames] as const})({
      char: 'p',
      summary: 'Size of machine to choose for. Default MODEL_PROFILE.',
    }),
  }

  protected async execute(): Promise<unknown> {
    const settings = await this.settings({MODEL_PROFILE: this.flags.profile})
    const {readStatus, statusLines} = await import('@essence/core/cli/models/status')
    const {resultColumns} = await import('@essence/core/cli/table')
    const status = await readStatus(settings)
    for (const line of statusLines(status, resultColumns())) this.log(line)
    return status
  }
}
