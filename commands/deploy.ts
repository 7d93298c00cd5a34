import {BaseCommand} from '@essence/core/cli/base-command'
import {hostFlags, startFlags, startInput, yesFlag} from '@essence/core/cli/release/host-flags'
import {Args, Flags} from '@oclif/core'

export default class Deploy extends BaseCommand<typeof Deploy> {
  static override summary = 'Make a build the running version of a service, or leave everything as it was.'
  static override description =
    `Checks the tarball, unpacks it, checks every file, and starts the release; once its health says ready, as this very
build, and does so still after a while, it takes over and the old one is drained. Whatever fails on the way, the old one
serves on, and the last lines of the new one are shown. docs/deploy.md tells all of it.`
  static override examples = [
    '<%= config.bin %> deploy telegram --env-sh /etc/june/telegram.env',
    '<%= config.bin %> deploy gateway build/june-gateway-20261126-141548.tar.gz',
    '<%= config.bin %> deploy stt --dry-run',
  ]
  static override args = {
    service: Args.string({description: 'Service: telegram, gateway …, or june for all together.', required: true}),
    tarball: Args.string({description: 'What essence build made. Default: the newest of the service in build/.'}),
  }
  static override flags = {
    ...startFlags,
    handover: Flags.option({
      options: ['beside', 'instead'] as const,
      summary: 'Start the new one beside the old one, or once that has ended. Default: as the service says.',
    })(),
    keep: Flags.integer({default: 3, min: 1, max: 100, summary: 'Good releases to keep.'}),
    systemd: Flags.boolean({
      default: false,
      summary: 'Run the service as a systemd unit, which also starts it at boot.',
    }),
    user: Flags.string({
      helpValue: 'NAME',
      summary: 'Whom the unit runs as, where root deploys; made where there is none. Default: june.',
      dependsOn: ['systemd'],
    }),
    'verify-key': Flags.string({
      helpValue: 'PUBLIC.pem',
      summary: 'Key the tarball must be signed with, as every later one of this service then.',
    }),
    wait: Flags.boolean({
      default: false,
      summary: 'Wait for another deploy of the service to end, instead of failing.',
    }),
    ...yesFlag,
    'dry-run': Flags.boolean({
      char: 'n',
      default: false,
      summary: 'Check what can be checked without sending or writing anything, and say what would be done.',
    }),
    ...hostFlags,
  }

  protected async execute(): Promise<unknown> {
    const {flags} = this
    const {join} = await import('node:path')
    const [{canAsk}, {runDeploy}, {planLines}] = await Promise.all([
      import('@essence/core/cli/release/ask-person'),
      import('@essence/core/cli/release/run-deploy'),
      import('@essence/core/cli/release/operation-view'),
    ])
    const hosts = await runDeploy({
      ...this.args,
      builds: join(this.config.root, 'build'),
      choice: flags,
      start: startInput(flags),
      handover: flags.handover,
      keep: flags.keep,
      systemd: flags.systemd,
      user: flags.user,
      verifyKey: flags['verify-key'],
      wait: flags.wait,
      dryRun: flags['dry-run'],
      ask: canAsk(flags, this.asking),
      ...this.asking,
    })
    for (const {host, service, build, previous, readyMs, gapMs, plan} of hosts) {
      if (plan) {
        this.log(`${service} ${build} would replace ${previous ?? 'nothing'} on ${host}:`)
        for (const line of planLines(plan)) this.log(line)
      } else {
        const gap = gapMs > 0 ? `; nobody served for ${(gapMs / 1000).toFixed(1)} s` : ''
        this.log(`${service} ${build} serves on ${host}, ready after ${(readyMs / 1000).toFixed(1)} s${gap}.`)
      }
    }
    return {hosts}
  }
}
