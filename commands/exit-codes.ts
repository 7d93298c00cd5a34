import {BaseCommand} from '@essence/core/cli/base-command'

export default class ExitCodes extends BaseCommand<typeof ExitCodes> {
  static override summary = 'List the exit statuses of essence and the errors behind each.'
  static override description =
    `Whose turn it is: the user's, the environment's (this machine), the remote's (another server), or ours (a bug).`
  static override examples = ['<%= config.bin %> exit-codes', '<%= config.bin %> exit-codes --json']

  protected async execute(): Promise<unknown> {
    const {errorTable} = await import('@essence/core/kit/errors')
    const {resultColumns, wrapWords} = await import('@essence/core/cli/table')
    const {exitStatuses} = await import('@essence/core/cli/exit-statuses')
    return exitStatuses().map(({exit, meaning, codes}) => {
      for (const [at, line] of wrapWords(meaning, resultColumns() - 5).entries())
        this.log(`${(at === 0 ? String(exit) : '').padStart(3)}  ${line}`)
      const errors = codes.map(code => ({code, kind: errorTable[code].kind, retryable: errorTable[code].retryable}))
      for (const {code, kind, retryable} of errors) {
        this.log(`     ${code.padEnd(20)} ${kind.padEnd(11)} ${retryable ? 'may work when tried again' : ''}`.trimEnd())
      }
      return {exit, meaning, errors}
    })
  }
}
