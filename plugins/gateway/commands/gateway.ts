import {BaseCommand} from '@essence/core/cli/base-command'
import {Flags} from '@oclif/core'

/** ms that a command may hold the embedded database of people and keys. */
const accessWaitMs = 10_000

export default class Gateway extends BaseCommand<typeof Gateway> {
  static override summary = 'Talk to June in the browser: a page to speak or write to, and the route behind it.'
  static override description =
    `Serves the page, and the APIs that programs speak: REST, WebSocket, and OpenAI's (/docs lists them). On a loopback address
callers on the machine itself need no token; elsewhere everybody does (essence access). Ctrl-C finishes what runs and stops; a second
Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> gateway',
    {description: 'On another port:', command: '<%= config.bin %> gateway --port 9000'},
  ]

  static override flags = {
    port: Flags.integer({summary: 'Port to listen on (GATEWAY_PORT).'}),
  }

  /** Always part of `essence up`. */
  static supervised = {name: 'gateway'}

  protected async execute(): Promise<unknown> {
    const [
      {openAccess},
      {openChannelAccess},
      {namedPeople},
      {openTurnLog},
      {openListening},
      {openEngines},
      {modeOf},
      {Health},
      {openLog, transcriptLog},
      {openMetrics},
      {runService},
      {gatewayOptions},
      {gatewayService},
      {gateway},
    ] = await Promise.all([
      import('@essence/core/access/open'),
      import('@essence/core/access/channel/open'),
      import('@essence/core/cli/access/with-channels'),
      import('@essence/core/channel/turn-log'),
      import('@essence/core/engines/listening'),
      import('@essence/core/engines/open'),
      import('@essence/core/engines/modes'),
      import('@essence/core/service/health'),
      import('@essence/core/service/log'),
      import('@essence/core/service/metrics'),
      import('@essence/core/service/run-service'),
      import('../src/options.ts'),
      import('../src/service.ts'),
      import('../src/settings.ts'),
    ])
    const settings = await this.settings({GATEWAY_PORT: this.flags.port}, gateway)
    const mode = modeOf('gateway', settings.GATEWAY_MODE, settings)
    // A mock gateway has a mind of its own, whatever the language model would be.
    const engineSettings = mode === 'mock' ? {...settings, INFERENCE_MODE: mode, LLM_URL: undefined} : settings

    const log = openLog('gateway', settings)
    const health = new Health('gateway', this.config.version)
    const service = gatewayService({
      ...gatewayOptions(settings),
      version: this.config.version,
      health,
      metrics: openMetrics(settings),
      log,
      openAccess: async address =>
        openAccess({settings, log: message => log.warn(message), address, waitMs: accessWaitMs}),
      openChannels: async () => {
        const warn = (message: string): void => log.warn(message)
        return openChannelAccess(settings, {named: await namedPeople({config: this.config, settings, warn})})
      },
      turnLog: openTurnLog(settings, message => log.warn(message)),
      openListening: () => openListening(settings),
      openEngines: options =>
        openEngines(engineSettings, {
          ...options,
          onProgress: message => log.info(message),
          onTranscript: transcriptLog(log, settings),
        }),
    })
    await runService(service, {
      log,
      health,
      drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000,
      onReady: summary => {
        this.announce(summary)
        const {address, lines, notices} = summary
        if (!process.send)
          this.note(['', `Talk to June: ${address}`, ...[...lines, ...notices].map(line => `  ${line}`), ''].join('\n'))
      },
    })
    return null
  }
}
