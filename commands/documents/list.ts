import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class DocumentsList extends BaseCommand<typeof DocumentsList> {
  static override summary = 'List the documents June has read, the oldest first.'
  static override examples = ['<%= config.bin %> documents list --speaker telegram:123 --json']
  static override flags = {speaker: Flags.string({summary: "Also this person's own, beside everybody's."})}

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const {documentLine, withDocuments} = await import('@essence/core/cli/documents/documents')
    const documents = await withDocuments(
      settings,
      message => this.note(message),
      opened => opened.list(this.flags.speaker),
    )
    for (const document of documents) this.log(documentLine(document))
    if (documents.length === 0) this.note('June has read no documents: essence documents add FILE')
    return {documents}
  }
}
