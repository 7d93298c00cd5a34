import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class DatasetAlice extends BaseCommand<typeof DatasetAlice> {
  static override summary = "Write passages of Alice's Adventures in Wonderland, to test the round trip with."
  static override description =
    `Downloads the book once from Project Gutenberg, or takes a copy on this machine. Passages have 50 to 500 characters; the same
text and seed give the same passages.`
  static override examples = [
    '<%= config.bin %> dataset alice',
    '<%= config.bin %> dataset alice --from ./alice29.txt',
    '<%= config.bin %> dataset alice --num-passages 20 --seed 7 --output-dir ./passages',
  ]
  static override flags = {
    'num-passages': Flags.integer({default: 100, min: 1, max: 10_000, summary: 'How many passages.'}),
    'min-sentences': Flags.integer({default: 2, min: 1, max: 20, summary: 'Least sentences of a passage.'}),
    'max-sentences': Flags.integer({default: 3, min: 1, max: 20, summary: 'Most sentences of a passage.'}),
    seed: Flags.integer({default: 1, min: 0, max: 2 ** 32 - 1, summary: 'The same seed gives the same passages.'}),
    from: Flags.string({
      helpValue: 'FILE',
      exclusive: ['url', 'force-download'],
      summary: 'A copy of the book, or another text, on this machine: no network is needed.',
    }),
    url: Flags.url({summary: 'Another address of the book: a mirror of Project Gutenberg, which is asked at once.'}),
    'force-download': Flags.boolean({default: false, summary: 'Download the book although it was downloaded before.'}),
    'output-dir': Flags.string({
      helpValue: 'FOLDER',
      summary: 'Folder of the file and of the book. Default datasets/alice_in_wonderland in JUNE_DATA_DIR.',
    }),
  }

  protected async execute(): Promise<unknown> {
    const [{writeAlice}, {aliceFolder}, {withCancel}] = await Promise.all([
      import('@essence/core/datasets/alice/write-alice'),
      import('@essence/core/datasets/paths'),
      import('@essence/core/kit/cancel'),
    ])
    const {seed, from, url} = this.flags
    const folder = this.flags['output-dir'] ?? aliceFolder((await this.settings()).JUNE_DATA_DIR)
    const written = await withCancel(signal =>
      writeAlice({
        ...{folder, seed, from, url},
        passages: this.flags['num-passages'],
        minSentences: this.flags['min-sentences'],
        maxSentences: this.flags['max-sentences'],
        forceDownload: this.flags['force-download'],
        onDownload: address => this.note(`downloading ${address.href} …`),
        download: {signal},
      }),
    )
    this.log(`${written.count} passages of seed ${seed}: ${written.file}`)
    return written
  }
}
