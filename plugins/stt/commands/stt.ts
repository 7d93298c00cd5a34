import {BaseCommand} from '@essence/core/kit/base-command'
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
    const [
      {isLoopback},
      {readConfig},
      {openRecognizer},
      {Health},
      {openLog},
      {openMetrics},
      {runService},
      {speechService},
    ] = await Promise.all([
      import('@essence/core/access/loopback'),
      import('@essence/core/config/read'),
      import('@essence/core/engines/recognizer'),
      import('@essence/core/service/health'),
      import('@essence/core/service/log'),
      import('@essence/core/service/metrics'),
      import('@essence/core/service/run-service'),
      import('../src/service.ts'),
    ])
    const {settings, warnings} = await readConfig({
      flags: {
        STT_MODEL: this.flags.model,
        STT_DEVICE: this.flags.device,
        STT_HOST: this.flags.host,
        STT_PORT: this.flags.port,
      },
    })
    for (const warning of warnings) this.warn(warning)
    const {STT_HOST: host, SERVICE_API_KEY: key} = settings
    if (!isLoopback(host) && !key) {
      this.warn(
        `STT_HOST is ${host}: whoever reaches this machine may use the service. Set SERVICE_API_KEY on both sides.`,
      )
    }

    const log = openLog('stt', settings)
    const health = new Health('stt', this.config.version)
    const service = speechService({
      host,
      port: settings.STT_PORT,
      metricsPort: settings.STT_METRICS_PORT,
      version: this.config.version,
      key,
      sampleRate: settings.STT_SAMPLE_RATE,
      maxCalls: settings.STT_QUEUE_LIMIT,
      idleMs: settings.GRPC_IDLE_TIMEOUT_SECONDS * 1000,
      stallMs: settings.GRPC_STALL_TIMEOUT_SECONDS * 1000,
      health,
      metrics: openMetrics(),
      log,
      // This is the service: an address of another one is for its callers.
      openEngine: signal => openRecognizer({...settings, STT_URL: undefined}, signal),
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
