import {createInterface} from 'node:readline/promises'
import {BaseCommand, usageError} from '@essence/core/cli/base-command'
import {EssenceError} from '@essence/core/kit/errors'
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
    const [{requireInstalled, repoOf}, {removeModel}, {modelStore}, {readableBytes}] = await Promise.all([
      import('@essence/core/models/cache/installed-named'),
      import('@essence/core/models/cache/remove'),
      import('@essence/core/models/cache/store'),
      import('@essence/core/kit/byte-size'),
    ])
    const store = modelStore(settings)
    const model = await requireInstalled(this.args.id, store)
    if (!(this.flags.yes || (await this.confirm(`Remove ${model.id} (${readableBytes(model.bytes)})?`)))) {
      this.log('Nothing was removed.')
      return {id: model.id, removed: false, freedBytes: 0}
    }
    const freedBytes = await removeModel(model, await repoOf(model.id, store), store)
    this.log(`Removed ${model.id}; ${readableBytes(freedBytes)} are free again.`)
    return {id: model.id, removed: true, freedBytes}
  }

  private async confirm(question: string): Promise<boolean> {
    if (this.jsonEnabled() || !process.stdin.isTTY || !process.stderr.isTTY) {
      throw usageError('This removes a model and needs your word for it.', ['Without a terminal, pass --yes.'])
    }
    const lines = createInterface({input: process.stdin, output: process.stderr})
    try {
      const answer = await lines.question(`${question} [y/N] `).catch((cause: unknown) => {
        // Ctrl-C or Ctrl-D; the terminal's line is still open.
        process.stderr.write('\n')
        throw new EssenceError('CANCELLED', 'Nothing was removed.', {cause})
      })
      return /^y(es)?$/i.test(answer.trim())
    } finally {
      lines.close()
    }
  }
}
