import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class DocumentsSearch extends BaseCommand<typeof DocumentsSearch> {
  static override summary = 'Search the documents June has read, by meaning and by words, as June does.'
  static override examples = ['<%= config.bin %> documents search warranty']
  static override args = {
    query: Args.string({ignoreStdin: true, description: 'What is looked for.', required: true}),
  }
  static override flags = {
    speaker: Flags.string({summary: "Also in this person's own, beside everybody's."}),
    limit: Flags.integer({summary: 'Parts that are shown at most.', default: 5, min: 1, max: 50}),
  }

  protected async execute(): Promise<unknown> {
    const {speaker: owner, limit} = this.flags
    const settings = await this.settings()
    const {passageLines, withDocuments} = await import('@essence/core/cli/documents/documents')
    const passages = await withDocuments(
      settings,
      message => this.note(message),
      documents => documents.search(this.args.query, {owner, limit}),
    )
    for (const passage of passages) for (const line of passageLines(passage)) this.log(line)
    if (passages.length === 0) this.note('Nothing was found.')
    return {passages}
  }
}
