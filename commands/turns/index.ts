import {BaseCommand} from '@essence/core/cli/base-command'
import {EssenceError} from '@essence/core/kit/errors'
import {Flags} from '@oclif/core'

export default class Turns extends BaseCommand<typeof Turns> {
  static override summary = 'Show how long the stages of the last turns took, on every channel: each turn, p50 and p95.'
  static override description =
    `In ms. decode, stt: reading and hearing the recording. ttft: the first piece of the answer. ttfa: its first sound, from the start of
the turn. llm: the whole answer. tts: waiting for speech. total: the whole turn, until its last sound is made.`
  static override examples = [
    '<%= config.bin %> turns --last 20',
    '<%= config.bin %> turns --channel telegram --last 500 --json',
  ]
  static override flags = {
    last: Flags.integer({summary: 'How many turns, the newest.', default: 20, min: 1, max: 50_000}),
    channel: Flags.string({summary: 'Only of this one: telegram, discord, web …'}),
  }

  protected async execute(): Promise<unknown> {
    const {last, channel} = this.flags
    const settings = await this.settings()
    const [{openTurnLog}, {stageQuantiles, turnLines}, {resultColumns}] = await Promise.all([
      import('@essence/core/channel/turn-log'),
      import('@essence/core/cli/turns/turn-lines'),
      import('@essence/core/cli/table'),
    ])
    const unreadable: string[] = []
    const log = openTurnLog(settings, message => {
      unreadable.push(message)
      this.warn(message)
    })
    try {
      const turns = await log.find({last, channel})
      if (turns.length === 0 && unreadable.length === 0) this.note('No turn has been recorded yet.')
      else for (const line of turnLines(turns, resultColumns())) this.log(line)
      this.report = {turns, quantiles: stageQuantiles(turns)}
      if (unreadable.length > 0) throw new EssenceError('RECORD_INVALID', 'Turns that cannot be read are left out.')
      return this.report
    } finally {
      await log.close()
    }
  }
}
