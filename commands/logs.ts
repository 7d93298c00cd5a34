import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags} from '@essence/core/cli/release/host-flags'
import {Args, Flags} from '@oclif/core'

export default class Logs extends BaseCommand<typeof Logs> {
  static override summary = 'Show what a deployed service logged last.'
  static override description =
    'By default its structured log, one JSON object a line, with what its supervisor did; with --console, everything it wrote to standard output and standard error. Files put aside when they grew large are read too. --follow goes on until Ctrl-C.'
  static override examples = [
    '<%= config.bin %> logs telegram',
    '<%= config.bin %> logs telegram --follow',
    '<%= config.bin %> logs gateway -n 500 --console --host june@gpu-box',
  ]
  static override args = {service: Args.string({description: 'Service that was deployed.', required: true})}
  static override flags = {
    follow: Flags.boolean({
      char: 'f',
      default: false,
      summary: 'Show what is written from now on too.',
      exclusive: ['json'],
    }),
    lines: Flags.integer({char: 'n', summary: 'Lines to begin with.', min: 0, max: 100_000, default: 50}),
    console: Flags.boolean({default: false, summary: 'Everything it wrote, as it came.'}),
    ...hostFlags,
  }

  protected async execute(): Promise<unknown> {
    const {follow, lines, console} = this.flags
    const {askHosts} = await import('@essence/core/cli/release/ask-hosts')
    const several = new Set(this.flags.host).size > 1
    const input = {...this.args, lines, follow, console}
    return await askHosts(
      this.flags,
      async (session, signal) => {
        const shown: string[] = []
        const onEvent = (event: {type: string; lines?: string[]}): void => {
          for (const line of event.lines ?? []) {
            this.log(several ? `${session.name} │ ${line}` : line)
            if (!follow) shown.push(line)
          }
        }
        try {
          return {...(await session.perform('logs', input, {onEvent, signal})), lines: shown}
        } catch (error) {
          // Ctrl-C is how one stops to follow.
          if (!follow || !signal.aborted) throw error
          return {path: '', lines: shown}
        } finally {
          if (signal.aborted) process.exitCode = 130
        }
      },
      () => {},
    )
  }
}
