import {BaseCommand, usageError} from '@essence/core/cli/base-command'
import {Args, Flags} from '@oclif/core'

export default class MemoryErase extends BaseCommand<typeof MemoryErase> {
  static override summary = 'Erase something June knows about a person for good, a conversation, or all of it.'
  static override description =
    `With a fact goes every exchange in which it was said. --all also erases the person's conversations.`
  static override examples = [
    '<%= config.bin %> memory erase 3f2a9c1e',
    '<%= config.bin %> memory erase --conversation 7d21c0b4',
    '<%= config.bin %> memory erase --all --speaker telegram:123 --yes',
  ]
  static override args = {id: Args.string({ignoreStdin: true, description: 'Id of the fact, or its beginning.'})}
  static override flags = {
    speaker: Flags.string({default: 'cli', summary: 'Whose: cli, telegram:123 …'}),
    conversation: Flags.string({summary: 'A conversation: its id, or its beginning; facts stay.'}),
    all: Flags.boolean({summary: 'Everything: facts, conversations, summaries.'}),
    yes: Flags.boolean({char: 'y', summary: 'Do not ask.'}),
  }

  protected async execute(): Promise<unknown> {
    const {id} = this.args
    const {speaker, conversation, all, yes} = this.flags
    if ([id !== undefined, conversation !== undefined, all].filter(Boolean).length !== 1)
      throw usageError('Name one fact to erase, or pass --conversation or --all.')
    const settings = await this.settings()
    const [{factNamed, withMemory}, {conversationNamed}, {confirm}] = await Promise.all([
      import('@essence/core/cli/mind/facts'),
      import('@essence/core/cli/mind/conversations'),
      import('@essence/core/cli/confirm'),
    ])
    const refused = 'Nothing was erased.'
    const sure = (question: string): Promise<boolean> | true =>
      yes || confirm({question, canAsk: !this.jsonEnabled(), what: 'This erases what is remembered', refused})
    return withMemory(
      settings,
      message => this.note(message),
      async memory => {
        const fact = id === undefined ? undefined : await factNamed(memory, speaker, id)
        const talk = conversation === undefined ? undefined : await conversationNamed(memory, speaker, conversation)
        const what = fact
          ? `"${fact.text}"`
          : talk
            ? `the conversation "${talk.title}"`
            : `all that is known about ${speaker}`
        if (!(await sure(`Erase ${what}?`))) {
          this.log(refused)
          return {speaker, erased: false}
        }
        if (fact) await memory.erase(speaker, fact.id)
        else if (talk) await memory.removeConversation(speaker, talk.id)
        else await memory.eraseAll(speaker)
        this.log(`Erased ${what}.`)
        return {speaker, erased: true}
      },
    )
  }
}
