import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

export default class Tts extends BaseCommand<typeof Tts> {
  static override summary = 'Speech synthesis as a service: gRPC for June and for everybody else.'
  static override description =
    `Serves june.tts.TextToSpeech, with the standard health service and reflection, and /health and /metrics over HTTP. Health says SERVING once the model is loaded and warm. Other services use it by TTS_URL. Ctrl-C finishes what runs and stops; a second Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> tts',
    {
      description: 'For other machines, with a key:',
      command: 'SERVICE_API_KEY=… <%= config.bin %> tts --host 0.0.0.0',
    },
  ]

  static override flags = {
    model: Flags.string({summary: 'Model that speaks: an id of the catalogue, or the path of a file (TTS_MODEL).'}),
    device: Flags.string({summary: 'Where it computes: auto, cuda, vulkan, metal or cpu (TTS_DEVICE).'}),
    host: Flags.string({summary: 'Address to listen on (TTS_HOST).'}),
    port: Flags.integer({summary: 'Port of gRPC (TTS_PORT).'}),
  }

  /** Part of `essence up`, before all others, unless one elsewhere is used. */
  static supervised = {name: 'tts', unless: 'TTS_URL', provides: 'TTS_URL', port: 'TTS_PORT'}

  protected async execute(): Promise<unknown> {
    const [{openSynthesizer}, {runEngineService}, {synthesis}] = await Promise.all([
      import('@essence/core/engines/synthesizer'),
      import('@essence/core/service/engine/run'),
      import('../src/kind.ts'),
    ])
    await runEngineService({
      kindOf: synthesis,
      openEngine: openSynthesizer,
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
