import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class DocumentsRemove extends BaseCommand<typeof DocumentsRemove> {
  static override summary = 'Remove a document: June no longer finds anything of it. The file it was read from stays.'
  static override examples = ['<%= config.bin %> documents remove 3f2a9c1e']
  static override args = {
    id: Args.string({ignoreStdin: true, description: 'Id of the document, or its beginning.', required: true}),
  }
  static override flags = {speaker: Flags.string({summary: "Also look among this person's own."})}

  protected async execute(): Promise<unknown> {
    const settings = await this.settings()
    const {documentNamed, withDocuments} = await import('@essence/core/cli/mind/documents')
    const document = await withDocuments(
      settings,
      message => this.note(message),
      async documents => {
        const named = await documentNamed(documents, this.flags.speaker, this.args.id)
        await documents.remove(named.id, undefined)
        return named
      },
    )
    this.log(`Removed ${document.name}.`)
    return {document}
  }
}
