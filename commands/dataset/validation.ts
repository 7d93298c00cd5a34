import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class DatasetValidation extends BaseCommand<typeof DatasetValidation> {
  static override summary = 'Write the thousand phrases that the round trip is tested with.'
  static override description =
    '300 of 1 to 3 words, 400 of 4 to 10 and 300 of 11 and more, made from a seed: the same seed gives the same phrases.'
  static override examples = [
    '<%= config.bin %> dataset validation',
    '<%= config.bin %> dataset validation --seed 7 --output-dir ./phrases',
  ]
  static override flags = {
    seed: Flags.integer({default: 1, min: 0, max: 2 ** 32 - 1, summary: 'The same seed gives the same phrases.'}),
    'output-dir': Flags.string({
      helpValue: 'FOLDER',
      summary: 'Folder of the file. Default datasets/validation in JUNE_DATA_DIR.',
    }),
  }

  protected async execute(): Promise<unknown> {
    const [{writeValidation}, {validationFolder}] = await Promise.all([
      import('@essence/core/datasets/write-validation'),
      import('@essence/core/datasets/paths'),
    ])
    const {seed, 'output-dir': folder} = this.flags
    const written = await writeValidation(folder ?? validationFolder((await this.settings()).JUNE_DATA_DIR), seed)
    this.log(`${written.count} phrases of seed ${seed}: ${written.file}`)
    return written
  }
}
