import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class Stt extends BaseCommand<typeof Stt> {
  static override summary = 'Speech recognition as a service: gRPC for June and for everybody else.'
  static override description =
    `Serves june.asr.SpeechToText, with the standard health service and reflection, and /health and /metrics over HTTP. Health says SERVING once the model is loaded and warm. Other services use it by STT_URL. Ctrl-C finishes what runs and stops; a second Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> stt',
    {
      description: 'For other machines, with a key:',
      command: 'SERVICE_API_KEY=… <%= config.bin %> stt --host 0.0.0.0',
    },
  ]

  static override flags = {
    model: Flags.string({summary: 'Model that listens: an id of the catalogue, or the path of a file (STT_MODEL).'}),
    device: Flags.string({summary: 'Where it computes: auto, cuda, vulkan, metal or cpu (STT_DEVICE).'}),
    host: Flags.string({summary: 'Address to listen on (STT_HOST).'}),
    port: Flags.integer({summary: 'Port of gRPC (STT_PORT).'}),
  }

  /** Part of `essence up`, before all others, unless one elsewhere is used. */
  static supervised = {name: 'stt', unless: 'STT_URL', provides: 'STT_URL', port: 'STT_PORT'}

  protected async execute(): Promise<unknown> {
    const [{openRecognizer}, {runEngineService}, {recognition}] = await Promise.all([
      import('@essence/core/engines/recognizer'),
      import('@essence/core/service/engine/run'),
      import('../src/kind.ts'),
    ])
    await runEngineService({
      kindOf: recognition,
      openEngine: openRecognizer,
      flags: this.flags,
      version: this.config.version,
      warn: message => this.warn(message),
      onReady: summary => {
        this.announce(summary)
        if (!process.send) this.note([...summary.lines, ...summary.notices].join('\n'))
      },
    })
    return null
  }
}
