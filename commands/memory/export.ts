import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class MemoryExport extends BaseCommand<typeof MemoryExport> {
  static override summary = 'Write out what June knows about a person, and what was said.'
  static override examples = [
    '<%= config.bin %> memory export',
    '<%= config.bin %> memory export --format json --speaker telegram:123',
  ]
  static override flags = {
    speaker: Flags.string({default: 'cli', summary: 'Whose: cli, telegram:123 …'}),
    session: Flags.string({summary: 'Only the conversations of this session, without facts.'}),
    format: Flags.string({options: ['txt', 'json'], default: 'txt', summary: 'To read, or for programs.'}),
  }

  protected async execute(): Promise<unknown> {
    const {speaker, session, format} = this.flags
    const settings = await this.settings()
    const [{withMemory}, {exportMemory, exportText}] = await Promise.all([
      import('@essence/core/cli/mind/facts'),
      import('@essence/core/memory/export'),
    ])
    const exported = await withMemory(
      settings,
      message => this.note(message),
      memory => exportMemory(memory, speaker, session),
    )
    this.log(format === 'json' ? JSON.stringify(exported, undefined, 2) : exportText(exported).trimEnd())
    return exported
  }
}
