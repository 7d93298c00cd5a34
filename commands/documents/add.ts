import {BaseCommand} from '@essence/core/cli/base-command'
import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import {Args, Flags} from '@oclif/core'

export default class DocumentsAdd extends BaseCommand<typeof DocumentsAdd> {
  static override summary = 'Have June read documents: text, Markdown, HTML, PDF, DOCX.'
  static override description =
    'They are found by their words at once; what finds them by meaning is made before the command ends. One that cannot be read keeps no other from being added.'
  static override examples = [
    '<%= config.bin %> documents add manual.pdf notes.md',
    '<%= config.bin %> documents add --recursive handbook --speaker telegram:123',
  ]
  static override args = {
    file: Args.string({multiple: true, ignoreStdin: true, description: 'Files to read.', required: true}),
  }
  static override flags = {
    speaker: Flags.string({summary: "Whose: cli, telegram:123 … Default: everybody's."}),
    recursive: Flags.boolean({char: 'r', summary: 'Also all files in folders.'}),
  }

  protected async execute(): Promise<unknown> {
    const {speaker: owner, recursive} = this.flags
    const settings = await this.settings()
    const {documentLine, filesOf, readDocumentFile, withDocuments} = await import(
      '@essence/core/cli/documents/documents'
    )
    const failed: {file: string; code: string; message: string}[] = []
    const added = await withDocuments(
      settings,
      message => this.note(message),
      async documents => {
        const ids = new Set<string>()
        const attempt = async (file: string, work: () => Promise<void>): Promise<void> => {
          try {
            await work()
          } catch (error) {
            if (!isEssenceError(error) || error.kind !== 'user') throw error
            failed.push({file, code: error.code, message: error.message})
            this.note(error.message)
          }
        }
        for (const path of this.args.file)
          await attempt(path, async () => {
            for (const file of await filesOf(path, recursive ?? false))
              await attempt(file, async () => {
                this.note(`Reading ${file}`)
                const bytes = await readDocumentFile(file, settings.DOCUMENT_MAX_MB)
                const document = await documents.add({name: file, bytes, owner})
                ids.add(document.id)
                // Here the command waits for its vectors; a June that runs makes them by herself.
                this.log(documentLine(documents.settle ? {...document, state: 'ready'} : document))
              })
          })
        await documents.settle?.()
        return (await documents.list(owner)).filter(({id}) => ids.has(id))
      },
    )
    this.report = {documents: added, failed}
    const [first] = failed
    if (first)
      throw new EssenceError(
        'DOCUMENT_UNREADABLE',
        `${failed.length} of ${failed.length + added.length} could not be added; the first: ${first.message}`,
      )
    return this.report
  }
}
