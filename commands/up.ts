import {BaseCommand} from '@essence/core/cli/base-command'

/** What a service command declares to be started by `essence up`: always, or once a variable is set. */
interface Supervised {
  supervised?: {
    name: string
    when?: string
    otherwise?: string
    /** Not where this variable is set. */
    unless?: string
    /** It is started before the others, which get its address in this variable. */
    provides?: string
    /** The variable of its port: one that was found free is kept when it is started again. */
    port?: string
  }
}

export default class Up extends BaseCommand<typeof Up> {
  static override summary = 'Start June on this machine: every configured service, supervised.'
  static override description =
    `Starts speech recognition and synthesis, which load their models once for all, then the web gateway, and each channel whose token is set, as child processes. What dies is started again;
what cannot be mended by another start is given up, with its reason. Ctrl-C drains and stops; a second Ctrl-C stops at once.`
  static override examples = [
    '<%= config.bin %> up',
    {description: 'With Telegram:', command: 'TELEGRAM_BOT_TOKEN=123456789:ABC… <%= config.bin %> up'},
  ]

  protected async execute(): Promise<unknown> {
    const [{deploymentVariables}, {Health}, {serveHealth}, {runAll}, {summaryLines}] = await Promise.all([
      import('@essence/core/kit/process/inherited-sockets'),
      import('@essence/core/service/health'),
      import('@essence/core/service/health-socket'),
      import('@essence/core/service/up'),
      import('@essence/core/cli/up/summary'),
    ])
    const settings = await this.settings()

    const declared = this.config.commands.flatMap(command => {
      const {supervised} = command as Supervised
      return supervised ? [{...supervised, id: command.id}] : []
    })
    const isSet = (name: string): boolean => settings[name as keyof typeof settings] !== undefined
    const isOn = ({when, unless}: {when?: string; unless?: string}): boolean =>
      (!when || isSet(when)) && !(unless && isSet(unless))
    const off = declared.filter(service => !isOn(service)).flatMap(({otherwise}) => otherwise ?? [])
    // What a deployment tells is for this process, not for those it starts.
    const inherited = Object.entries(process.env).filter(([name]) => !deploymentVariables.some(one => one === name))
    const services = declared.filter(isOn).map(({name, id, provides, port}) => ({
      name,
      provides,
      port,
      first: provides !== undefined,
      command: process.execPath,
      args: [...process.execArgv, process.argv[1] ?? '', ...id.split(':')],
      // The services' own output is a pipe; it should look as it would on this terminal.
      env: {
        LOG_FORMAT: process.stderr.isTTY ? 'pretty' : 'json',
        ...Object.fromEntries(inherited),
      } as NodeJS.ProcessEnv,
    }))
    const width = Math.max(...services.map(({name}) => name.length))

    const health = new Health('june', this.config.version)
    const healthServer = await serveHealth(health)
    // Where this is a deployed service itself: the loss of its supervisor stops it as a signal does.
    if (process.connected) process.once('disconnect', () => process.emit('SIGTERM'))
    await runAll({
      services,
      health,
      killAfterMs: settings.DRAIN_TIMEOUT_SECONDS * 1000 + 5000,
      onEvent: event => {
        const say = (text: string): void => this.note(`${event.name.padEnd(width)} │ ${text}`)
        if (event.type === 'starting') say(`starting (process ${event.pid})`)
        if (event.type === 'line') say(event.line)
        if (event.type === 'restarting') say(`${event.reason}; starting again in ${event.inMs} ms`)
        if (event.type === 'gave-up') say(`gave up: ${event.reason}`)
        if (event.type === 'stopped') say('stopped')
      },
      onFirst: outcomes => {
        for (const outcome of outcomes) {
          const provider = services.find(({name}) => name === outcome.name)
          const url = outcome.state === 'ready' ? outcome.summary.url : undefined
          if (!provider?.provides || !url) continue
          if (provider.port) provider.env[provider.port] = new URL(url).port
          for (const {env, first} of services) if (!first) env[provider.provides] = url
        }
      },
      onStarted: outcomes => {
        this.report = {services: outcomes, off}
        this.note(summaryLines(outcomes, off).join('\n'))
        // Where nothing runs, the failure that follows is the result.
        if (outcomes.some(one => one.state === 'ready' && !one.summary.url)) this.announce(this.report)
      },
    })
    healthServer?.close()
    // An open IPC channel would keep the process alive.
    if (process.connected) process.disconnect()
    return null
  }
}
