import {BaseCommand} from '@essence/core/cli/base-command'
import {requireInstalled} from '@essence/core/models/cache/installed-named'
import {modelStore} from '@essence/core/models/cache/store'
import {Args} from '@oclif/core'

export default class ModelsPath extends BaseCommand<typeof ModelsPath> {
  static override summary = 'Print where the file of a downloaded model lies.'
  static override description = 'With several files, the one the engine is given comes first; --json lists them all.'
  static override args = {
    id: Args.string({description: 'Id, alias or a part of its id, as in essence models list.', required: true}),
  }
  static override examples = ['<%= config.bin %> models path whisper-small-q5_1']

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const model = await requireInstalled(this.args.id, modelStore(settings))
    this.log(model.files[0]?.location ?? '')
    return {id: model.id, commit: model.commit, files: model.files.map(({path, location}) => ({path, location}))}
  }
}
