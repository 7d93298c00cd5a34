import {BaseCommand} from '@essence/core/cli/base-command'
import {Args} from '@oclif/core'

export default class ModelsImport extends BaseCommand<typeof ModelsImport> {
  static override summary = 'Take models over from a folder or tar of essence models export; no network is needed.'
  static override description = 'Every file is checked against its sha256 before it counts.'
  static override args = {source: Args.string({description: 'The folder or the tar.', required: true})}
  static override examples = ['<%= config.bin %> models import models.tar']

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const {importModels} = await import('@essence/core/models/cache/bundle')
    const {withCancel} = await import('@essence/core/kit/cancel')
    const {modelStore} = await import('@essence/core/models/cache/store')
    this.note(`reading ${this.args.source}`)
    const models = await withCancel(signal =>
      importModels(this.args.source, modelStore(settings), {
        signal,
        onWait: owner => this.note(`${owner} is importing; waiting`),
      }),
    )
    for (const id of models) this.log(`✓ ${id}`)
    return {models}
  }
}
