import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class MemoryConversations extends BaseCommand<typeof MemoryConversations> {
  static override summary = 'List the conversations of a person, newest first.'
  static override examples = [
    '<%= config.bin %> memory conversations',
    '<%= config.bin %> memory conversations --speaker telegram:123 --page 2 --json',
  ]
  static override flags = {
    speaker: Flags.string({default: 'cli', summary: 'Whose: cli, telegram:123 …'}),
    session: Flags.string({summary: 'Only those of this session.'}),
    page: Flags.integer({default: 1, min: 1, summary: 'Which page.'}),
    'page-size': Flags.integer({default: 20, min: 1, max: 100, summary: 'Conversations on a page.'}),
  }

  protected async execute(): Promise<unknown> {
    const {speaker, session, page, 'page-size': pageSize} = this.flags
    const settings = await this.settings()
    const [{withMemory}, {conversationLines}] = await Promise.all([
      import('@essence/core/cli/mind/facts'),
      import('@essence/core/cli/mind/conversations'),
    ])
    const {items, total} = await withMemory(
      settings,
      message => this.note(message),
      memory => memory.conversations(speaker, {page, pageSize, session}),
    )
    for (const line of conversationLines(items)) this.log(line)
    if (total === 0) this.note(`There is no conversation of ${speaker}.`)
    else this.note(`Page ${page} of ${Math.ceil(total / pageSize)}; ${total} in all.`)
    return {speaker, conversations: items, total, page, pageSize}
  }
}
