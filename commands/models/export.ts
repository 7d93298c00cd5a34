import {BaseCommand, usageError} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class ModelsExport extends BaseCommand<typeof ModelsExport> {
  static override summary = 'Put installed models into a folder or a tar, to carry them to a machine without a network.'
  static override args = {
    target: Args.string({description: 'A folder to make, or a file whose name ends in .tar.', required: true}),
  }
  static override examples = [
    '<%= config.bin %> models export --all models.tar',
    '<%= config.bin %> models export --model whisper-small-q5_1 /media/stick/models',
  ]
  static override flags = {
    all: Flags.boolean({char: 'a', summary: 'Every installed model.'}),
    model: Flags.string({
      char: 'm',
      multiple: true,
      multipleNonGreedy: true,
      summary: 'A model by id, alias or part of its id; may be given several times.',
    }),
  }

  protected async execute(): Promise<unknown> {
    const {all, model: names = []} = this.flags
    if (!all && names.length === 0) throw usageError('Which models?', ['Pass --all, or --model ID.'])
    const settings = await this.settings()
    const [{lockedModels}, {requireInstalled}, {exportModels}, {modelStore}, {readableBytes}, {withCancel}] =
      await Promise.all([
        import('@essence/core/models/cache/inventory'),
        import('@essence/core/models/cache/installed-named'),
        import('@essence/core/models/cache/bundle'),
        import('@essence/core/models/cache/store'),
        import('@essence/core/kit/byte-size'),
        import('@essence/core/kit/cancel'),
      ])
    const store = modelStore(settings)
    const wanted = new Set(await Promise.all(names.map(async name => (await requireInstalled(name, store)).id)))
    const models = (await lockedModels(store)).filter(({model}) => all || wanted.has(model.id))
    if (models.length === 0)
      throw usageError('No model is installed.', ['Download some: essence models download --all'])
    this.note(`writing ${models.map(({model}) => model.id).join(', ')}`)
    const bytes = await withCancel(signal => exportModels(models, this.args.target, signal))
    this.log(`${this.args.target}: ${models.length} models, ${readableBytes(bytes)}`)
    return {target: this.args.target, models: models.map(({model}) => model.id), bytes}
  }
}
