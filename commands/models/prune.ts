import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class ModelsPrune extends BaseCommand<typeof ModelsPrune> {
  static override summary = 'Remove what downloads and updates left over: unfinished files, older versions.'
  static override description =
    `Lists what it would remove, with sizes, and asks. What a model needs stays, what other tools keep in the
same cache stays, and while another process downloads or imports nothing is touched.`
  static override examples = ['<%= config.bin %> models prune --dry-run', '<%= config.bin %> models prune --yes']
  static override flags = {
    'dry-run': Flags.boolean({char: 'n', summary: 'Only say what would be removed.'}),
    yes: Flags.boolean({char: 'y', summary: 'Do not ask.'}),
  }

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const [{findLeftovers}, {pruneCache}, {modelStore}, {leftoverLines, sumOf}, {resultColumns}, {confirm}, bytes] =
      await Promise.all([
        import('@essence/core/models/cache/leftovers'),
        import('@essence/core/models/cache/prune'),
        import('@essence/core/models/cache/store'),
        import('@essence/core/cli/models/leftover-lines'),
        import('@essence/core/cli/table'),
        import('@essence/core/cli/confirm'),
        import('@essence/core/kit/byte-size'),
      ])
    const store = modelStore(settings)
    const found = await findLeftovers(store)
    const {leftovers, held} = found
    const size = bytes.readableBytes(sumOf(leftovers))
    const items = leftovers.map(({kind, repo, what, bytes, paths}) => ({kind, repo, what, bytes, paths}))
    const data = {folder: store.root, leftovers: items, held, bytes: sumOf(leftovers)}
    for (const line of leftoverLines(found, store.root, resultColumns())) this.log(line)
    if (leftovers.length === 0 || this.flags['dry-run']) return {...data, freedBytes: 0}
    const sure =
      this.flags.yes ||
      (await confirm({
        question: `Remove these (${size})?`,
        canAsk: !this.jsonEnabled(),
        what: 'This removes files',
        refused: 'Nothing was removed.',
      }))
    if (!sure) {
      this.log('Nothing was removed.')
      return {...data, freedBytes: 0}
    }
    const freedBytes = await pruneCache(leftovers, store)
    this.log(`${bytes.readableBytes(freedBytes)} are free again.`)
    return {...data, freedBytes}
  }
}
