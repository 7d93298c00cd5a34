import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class MemoryList extends BaseCommand<typeof MemoryList> {
  static override summary = 'List what June knows about a person, newest first.'
  static override examples = [
    '<%= config.bin %> memory list',
    '<%= config.bin %> memory list --speaker telegram:123 --past --json',
  ]
  static override flags = {
    speaker: Flags.string({default: 'cli', summary: 'Whose: cli, telegram:123 …'}),
    past: Flags.boolean({summary: 'Also what was true once.'}),
  }

  protected async execute(): Promise<unknown> {
    const {speaker, past} = this.flags
    const settings = await this.settings()
    const {factLines, withMemory} = await import('@essence/core/cli/mind/facts')
    const facts = await withMemory(
      settings,
      message => this.note(message),
      memory => memory.facts(speaker, {past}),
    )
    for (const line of factLines(facts)) this.log(line)
    if (facts.length === 0) this.note(`Nothing is known about ${speaker}.`)
    return {speaker, facts}
  }
}
