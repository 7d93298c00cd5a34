import type {WorkerChannel} from '@essence/core/channel/voice-worker/channel'
import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class VoiceWorker extends BaseCommand<typeof VoiceWorker> {
  static override summary = 'Answer what channels have stored: any number of workers share the work.'
  static override description =
    `Takes what services with USE_VOICE_QUEUE=true leave to it, each message once and those of a chat in order, whichever worker has it.
Needs the settings of the channels, as their services have them. Workers of several machines share NATS_URL or POSTGRES_URL. Runs
until SIGTERM or Ctrl-C, then finishes what it has begun; a second Ctrl-C ends it at once.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'NATS_URL=nats://127.0.0.1:4222 WORKER_ID=attic <%= config.bin %> <%= command.id %> --port 0',
  ]

  static override flags = {
    port: Flags.integer({
      summary: 'Port of /health and /metrics; 0 takes any free one (VOICE_WORKER_PORT).',
      min: 0,
      max: 65_535,
      helpValue: '8082',
    }),
    host: Flags.string({summary: 'Address to listen on for these; 0.0.0.0 in a container (VOICE_WORKER_HOST).'}),
  }

  protected async execute(): Promise<unknown> {
    const {runVoiceWorker} = await import('@essence/core/channel/voice-worker/run')
    const {host, port} = this.flags
    const {successes, failures} = await this.config.runHook('channels', {})
    for (const {plugin, error} of failures) this.warn(`The channel of ${plugin.name} cannot be read: ${error.message}`)
    const settings = await this.settings({VOICE_WORKER_HOST: host, VOICE_WORKER_PORT: port})
    await runVoiceWorker({
      settings,
      channels: successes.flatMap(({result}) => (result ? [result as WorkerChannel] : [])),
      version: this.config.version,
      onReady: ready => {
        this.announce(ready)
        if (!process.send)
          this.note([`The voice worker is ready: ${ready.address}`, ...ready.lines, ...ready.notices].join('\n'))
      },
    })
    return null
  }
}
