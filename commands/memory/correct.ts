import {BaseCommand} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class MemoryCorrect extends BaseCommand<typeof MemoryCorrect> {
  static override summary = 'Correct something June knows about a person; what it was stays listed as past.'
  static override examples = ['<%= config.bin %> memory correct 3f2a9c1e "Lives in Lyon."']
  static override args = {
    id: Args.string({description: 'Id of the fact, or its beginning.', required: true}),
    text: Args.string({description: 'The fact as it should be.', required: true}),
  }
  static override flags = {speaker: Flags.string({default: 'cli', summary: 'Whose: cli, telegram:123 …'})}

  protected async execute(): Promise<unknown> {
    const {speaker} = this.flags
    const settings = await this.settings()
    const {factLines, factNamed, withMemory} = await import('@essence/core/cli/mind/facts')
    const fact = await withMemory(
      settings,
      message => this.note(message),
      async memory => {
        const {id} = await factNamed(memory, speaker, this.args.id)
        return memory.correct(speaker, id, this.args.text)
      },
    )
    for (const line of factLines([fact])) this.log(line)
    return {speaker, fact}
  }
}
