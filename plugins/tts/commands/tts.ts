import {BaseCommand} from '@essence/core/kit/base-command'
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
    const [
      {isLoopback},
      {readConfig},
      {openSynthesizer},
      {Health},
      {openLog},
      {openMetrics},
      {runService},
      {voiceService},
    ] = await Promise.all([
      import('@essence/core/access/loopback'),
      import('@essence/core/config/read'),
      import('@essence/core/engines/synthesizer'),
      import('@essence/core/service/health'),
      import('@essence/core/service/log'),
      import('@essence/core/service/metrics'),
      import('@essence/core/service/run-service'),
      import('../src/service.ts'),
    ])
    const {settings, warnings} = await readConfig({
      flags: {
        TTS_MODEL: this.flags.model,
        TTS_DEVICE: this.flags.device,
        TTS_HOST: this.flags.host,
        TTS_PORT: this.flags.port,
      },
    })
    for (const warning of warnings) this.warn(warning)
    const {TTS_HOST: host, SERVICE_API_KEY: key} = settings
    if (!isLoopback(host) && !key) {
      this.warn(
        `TTS_HOST is ${host}: whoever reaches this machine may use the service. Set SERVICE_API_KEY on both sides.`,
      )
    }

    const log = openLog('tts', settings)
    const health = new Health('tts', this.config.version)
    const service = voiceService({
      host,
      port: settings.TTS_PORT,
      metricsPort: settings.TTS_METRICS_PORT,
      version: this.config.version,
      key,
      sampleRate: settings.TTS_SAMPLE_RATE,
      maxCalls: settings.TTS_QUEUE_LIMIT,
      idleMs: settings.GRPC_IDLE_TIMEOUT_SECONDS * 1000,
      stallMs: settings.GRPC_STALL_TIMEOUT_SECONDS * 1000,
      health,
      metrics: openMetrics(),
      log,
      // This is the service: an address of another one is for its callers.
      openEngine: signal => openSynthesizer({...settings, TTS_URL: undefined}, signal),
    })
    await runService(service, {
      log,
      health,
      drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000,
      onReady: summary => {
        this.announce(summary)
        if (!process.send) this.note([...summary.lines, ...summary.notices].join('\n'))
      },
    })
    return null
  }
}
