import type {Assistant} from '@essence/core/assistant/port'
import {BaseCommand} from '@essence/core/cli/base-command'
import {messageOf} from '@essence/core/kit/errors'
import {Flags} from '@oclif/core'

export default class Chat extends BaseCommand<typeof Chat> {
  static override summary = 'Talk to June in the terminal, by text.'
  static override description =
    `Answers stream as they are written. Ctrl-C stops an answer; Ctrl-D, or Ctrl-C at the prompt, leaves.
Off a terminal every line of standard input is one message, and the first that cannot be answered ends it.`
  static override examples = ['<%= config.bin %> chat', 'echo "what time is it" | <%= config.bin %> chat']

  static override flags = {
    model: Flags.string({char: 'm', summary: 'Model that answers: an id or the path of a file (MODEL_NAME).'}),
  }

  protected async execute(): Promise<unknown> {
    const [{openAssistant}, {createInterface}] = await Promise.all([
      import('@essence/core/engines/assistant'),
      import('node:readline'),
    ])
    const settings = await this.settings({MODEL_NAME: this.flags.model})
    const assistant = await openAssistant(settings)
    if (assistant.info.demo) this.warn(assistant.info.demo)
    const terminal = Boolean(process.stdin.isTTY && process.stderr.isTTY)
    const lines = createInterface({input: process.stdin, output: process.stderr, terminal, prompt: 'you   '})
    const exchanges: {heard: string; answered: string}[] = []
    this.report = exchanges
    let answering: AbortController | undefined
    lines.on('SIGINT', () => (answering ? answering.abort() : lines.close()))
    try {
      if (terminal) lines.prompt()
      for await (const line of lines) {
        const heard = line.trim()
        if (heard) {
          answering = new AbortController()
          try {
            exchanges.push({heard, answered: await this.#answer(assistant, heard, answering.signal)})
          } catch (error) {
            // A person can say it otherwise, or try again.
            if (!terminal) throw error
            this.warn(messageOf(error))
          }
          answering = undefined
        }
        if (terminal) lines.prompt()
      }
    } finally {
      lines.close()
      await assistant.close()
    }
    return exchanges
  }

  /** Prints the answer as it comes; what was said until it was stopped. */
  async #answer(assistant: Assistant, text: string, signal: AbortSignal): Promise<string> {
    const write = (piece: string): void => {
      if (!this.jsonEnabled()) process.stdout.write(piece)
    }
    let answered = ''
    try {
      if (process.stdout.isTTY) write('june  ')
      for await (const {kind, text: piece} of assistant.reply({speaker: 'cli', session: 'chat', text, signal})) {
        if (kind !== 'answer') continue
        answered += piece
        write(piece)
      }
    } catch (error) {
      if (!signal.aborted) throw error
      write(' …')
    } finally {
      write('\n')
    }
    return answered
  }
}
