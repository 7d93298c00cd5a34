import type {Assistant, AssistantDelta, AssistantRequest, FinishReason} from '@essence/core/assistant/port'
import {BaseCommand} from '@essence/core/cli/base-command'
import {messageOf, throwIfCancelled} from '@essence/core/kit/errors'
import {Args, Flags} from '@oclif/core'

interface Exchange {
  heard: string
  answered: string
  /** `repetition`: it turned in circles. */
  finishReason?: FinishReason | undefined
  /** What is asked before something is done. */
  confirmation?: AssistantDelta['confirmation']
  sources?: AssistantDelta['sources']
}

const speaker = 'cli'
const channel = 'cli'

export default class Chat extends BaseCommand<typeof Chat> {
  static override summary = 'Talk to June in the terminal, by text.'
  static override description =
    `A question on the command line is answered, and that is all. Else answers stream as they are written; Ctrl-C stops an
answer, Ctrl-D, or Ctrl-C at the prompt, leaves. What is typed or pasted meanwhile waits; every line is a question, or a
command: /help lists them.

Where \`essence up\` runs on this machine, that June answers, with what she remembers.

Off a terminal every line of standard input is one message, and the first that cannot be answered ends it.`
  static override examples = [
    '<%= config.bin %> chat',
    '<%= config.bin %> chat "What is the capital of France?"',
    'echo "what time is it" | <%= config.bin %> chat',
  ]

  static override args = {
    question: Args.string({multiple: true, ignoreStdin: true, description: 'Only this is answered.'}),
  }

  static override flags = {
    model: Flags.string({
      char: 'm',
      summary: 'Model that answers: an id or the path of a file (MODEL_NAME).',
      exclusive: ['url'],
    }),
    url: Flags.string({summary: 'Address of the June that answers, or of a model server, http:// (LLM_URL).'}),
    session: Flags.string({
      summary: 'Name of the conversation to go on with. Default: the last one.',
      exclusive: ['new'],
    }),
    new: Flags.boolean({summary: 'Begin another conversation.'}),
    thoughts: Flags.boolean({summary: 'Show what the model thinks before it answers, on standard error.'}),
  }

  #session = ''

  protected async execute(): Promise<unknown> {
    const exchanges: Exchange[] = []
    this.report = exchanges
    const question = this.args.question?.join(' ').trim()
    const settings = await this.settings({MODEL_NAME: this.flags.model, LLM_URL: this.flags.url})
    const {withCancel} = await import('@essence/core/kit/cancel')
    const assistant = await withCancel(signal =>
      this.loading('the language model', async () => {
        const {openAssistant} = await import('@essence/core/engines/assistant')
        if (this.flags.model) return openAssistant(settings, {signal})
        // The store has one owner: the June that runs, where one does.
        const [{mindUrl}, {remoteAssistant}] = await Promise.all([
          import('@essence/core/engines/remote/mind-url'),
          import('@essence/core/engines/remote/assistant'),
        ])
        const running = this.flags.url ?? (await mindUrl(settings)) ?? settings.LLM_URL
        return (await remoteAssistant({...settings, LLM_URL: running}, {signal})) ?? openAssistant(settings, {signal})
      }),
    )
    try {
      const {sessionName} = await import('@essence/core/cli/talk/session-name')
      const {session: named, new: fresh} = this.flags
      this.#session = await sessionName(settings.JUNE_DATA_DIR, {session: named, fresh})
      const {demo, note, model} = assistant.info
      if (demo) this.warn(demo)
      if (note) this.note(`${model}: ${note}`)
      if (question) {
        await withCancel(async signal => {
          exchanges.push(await this.#answer(assistant, question, signal))
          throwIfCancelled(signal)
        })
      } else if (process.stdin.isTTY && process.stderr.isTTY) await this.#converse(assistant, exchanges)
      else await this.#answerLines(assistant, exchanges)
    } finally {
      await assistant.close()
    }
    return exchanges
  }

  async #answerLines(assistant: Assistant, exchanges: Exchange[]): Promise<void> {
    const {createInterface} = await import('node:readline')
    const {signal} = new AbortController()
    for await (const line of createInterface({input: process.stdin})) {
      const heard = line.trim()
      if (heard) exchanges.push(await this.#answer(assistant, heard, signal))
    }
  }

  /** Question and answer on a terminal, until the person leaves. */
  async #converse(assistant: Assistant, exchanges: Exchange[]): Promise<void> {
    const [
      {clearLine, createInterface, cursorTo},
      {typedLines},
      {chatCommand, decisionOf, modelLines},
      {dueReminders},
    ] = await Promise.all([
      import('node:readline'),
      import('@essence/core/cli/talk/typed-lines'),
      import('@essence/core/cli/talk/chat-commands'),
      import('@essence/core/cli/talk/due-reminders'),
    ])
    const here = {assistant, speaker, session: this.#session}
    for (const line of await modelLines(here)) this.note(line)
    this.note('Voice is off; to hear June: essence up')
    this.note('Ctrl-C stops an answer, Ctrl-D leaves, /help lists commands.\n')
    let answering: AbortController | undefined
    let asked: AssistantDelta['confirmation']
    const typed = typedLines(process.stdin, () => answering?.abort())
    const lines = createInterface({input: typed.keys, output: process.stderr, terminal: true, prompt: 'you   '})
    // The shell's prompt begins on a line of its own.
    lines.on('SIGINT', () => lines.close()).on('close', () => process.stderr.write('\n'))
    const show = (text: string): void => {
      clearLine(process.stderr, 0)
      cursorTo(process.stderr, 0)
      process.stderr.write(`june  ${text}\n`)
      // What is being typed stands behind the prompt again.
      lines.prompt(true)
    }
    const onProblem = (error: unknown): void => void this.warn(`Reminders cannot be shown: ${messageOf(error)}`)
    const due = assistant.mind && dueReminders(assistant.mind.reminders, channel, {show, onProblem})
    try {
      lines.prompt()
      for await (const line of lines) {
        const heard = line.trim()
        answering = new AbortController()
        due?.hold()
        try {
          const shown = await chatCommand(heard, here)
          if (shown === 'leave') break
          for (const line of shown ?? []) this.note(line)
          if (heard && !shown) {
            const exchange = await this.#answer(assistant, heard, answering.signal, decisionOf(heard, asked))
            exchanges.push(exchange)
            asked = exchange.confirmation
            if (asked) this.note('y does it, n does not.')
          }
        } catch (error) {
          // A person can say it otherwise, or try again.
          this.warn(messageOf(error))
        }
        answering = undefined
        lines.prompt()
        due?.resume()
        typed.next()
      }
    } finally {
      await due?.close()
      lines.close()
      typed.close()
    }
  }

  /** Prints the answer as it comes; what was said until it was stopped. */
  async #answer(
    assistant: Assistant,
    heard: string,
    signal: AbortSignal,
    decision?: AssistantRequest['decision'],
  ): Promise<Exchange> {
    const write = (piece: string): void => {
      if (!this.jsonEnabled()) process.stdout.write(piece)
    }
    const {styleText} = await import('node:util')
    const think = (text: string): void => {
      if (this.flags.thoughts && !this.jsonEnabled())
        process.stderr.write(styleText('dim', text, {stream: process.stderr}))
    }
    let answered = ''
    let thinking = false
    let last: AssistantDelta | undefined
    try {
      if (process.stdout.isTTY) write('june  ')
      for await (const delta of assistant.reply({
        ...{speaker, channel, session: this.#session},
        written: true,
        text: heard,
        decision,
        signal,
      })) {
        last = delta
        if (delta.kind === 'thought') {
          thinking = true
          think(delta.text)
          continue
        }
        if (thinking && delta.text !== '') {
          thinking = false
          think('\n')
        }
        answered += delta.text
        write(delta.text)
      }
    } catch (error) {
      if (!signal.aborted) throw error
      write(' …')
    } finally {
      write('\n')
    }
    const {finishReason, confirmation, sources} = last ?? {}
    if (finishReason) this.warn('The answer turned in circles, and was ended.')
    if (sources?.length) {
      const {sourcesLine} = await import('@essence/core/cli/talk/chat-commands')
      this.note(sourcesLine(sources) ?? '')
    }
    return {heard, answered, finishReason, confirmation, sources}
  }
}
