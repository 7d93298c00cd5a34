import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class ModelsRemove extends BaseCommand<typeof ModelsRemove> {
  static override summary = 'Remove a downloaded model; files other models need stay.'
  static override args = {
    id: Args.string({description: 'Id, alias or a part of the id of an installed model.', required: true}),
  }
  static override examples = [
    '<%= config.bin %> models remove whisper-medium',
    '<%= config.bin %> models remove whisper-medium --yes',
  ]
  static override flags = {yes: Flags.boolean({char: 'y', summary: 'Do not ask.'})}

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const [{requireInstalled, repoOf}, {removeModel}, {modelStore}, {readableBytes}, {confirm}] = await Promise.all([
      import('@essence/core/models/cache/installed-named'),
      import('@essence/core/models/cache/remove'),
      import('@essence/core/models/cache/store'),
      import('@essence/core/kit/byte-size'),
      import('@essence/core/cli/confirm'),
    ])
    const store = modelStore(settings)
    const model = await requireInstalled(this.args.id, store)
    const sure =
      this.flags.yes ||
      (await confirm({
        question: `Remove ${model.id} (${readableBytes(model.bytes)})?`,
        canAsk: !this.jsonEnabled(),
        what: 'This removes a model',
        refused: 'Nothing was removed.',
      }))
    if (!sure) {
      this.log('Nothing was removed.')
      return {id: model.id, removed: false, freedBytes: 0}
    }
    const freedBytes = await removeModel(model, await repoOf(model.id, store), store)
    this.log(`Removed ${model.id}; ${readableBytes(freedBytes)} are free again.`)
    return {id: model.id, removed: true, freedBytes}
  }
}
