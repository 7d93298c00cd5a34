import {BaseCommand} from '@essence/core/kit/base-command'
import {errorTable} from '@essence/core/kit/errors'

export default class ExitCodes extends BaseCommand<typeof ExitCodes> {
  static override summary = 'List the exit statuses of essence and the errors behind each.'
  static override examples = ['<%= config.bin %> exit-codes', '<%= config.bin %> exit-codes --json']

  protected async execute(): Promise<unknown> {
    const rows = Object.entries(errorTable).map(([code, {exit, kind, retryable}]) => ({code, exit, kind, retryable}))
    rows.sort((a, b) => a.exit - b.exit)
    this.log('EXIT  CODE                  WHOSE TURN   TRY AGAIN')
    for (const {code, exit, kind, retryable} of rows) {
      this.log(
        `${String(exit).padStart(4)}  ${code.padEnd(20)}  ${kind.padEnd(11)}  ${retryable ? 'yes' : ''}`.trimEnd(),
      )
    }
    return rows
  }
}
