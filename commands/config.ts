import {BaseCommand, usageError} from '@essence/core/cli/base-command'
import {nearest} from '@essence/core/kit/nearest'
import {Args, Flags} from '@oclif/core'

export default class Config extends BaseCommand<typeof Config> {
  static override summary = 'Show every setting, its value and where the value comes from.'
  static override description =
    `Settings are environment variables. A flag of a command wins over the environment, which wins over the file named by
ENV_SH, or else the file .env in the working directory; then comes the default. Secrets are never shown.

When something is not valid, the rest is shown all the same, the problems follow, and the exit status is 3.`
  static override examples = [
    '<%= config.bin %> config',
    '<%= config.bin %> config STT_MODEL',
    '<%= config.bin %> config --service telegram --changed',
    'ENV_SH=/etc/june.env <%= config.bin %> config --json',
  ]
  static override args = {
    variable: Args.string({description: 'Show only this variable, with what it means.'}),
  }
  static override flags = {
    service: Flags.string({
      summary: 'Show only what this service reads.',
      helpValue: '<service>',
    }),
    changed: Flags.boolean({summary: 'Show only what is not left at its default.'}),
  }

  protected async execute(): Promise<unknown> {
    const {describeSettings, shownValue} = await import('@essence/core/config/describe')
    const {inspectConfig, invalidConfig} = await import('@essence/core/config/read')
    const {services} = await import('@essence/core/config/variable')
    const wanted = this.flags.service === undefined ? undefined : this.#pick(this.flags.service, services, 'service')
    const inspection = await inspectConfig()
    const all = describeSettings(inspection)
    for (const warning of inspection.warnings) this.warn(warning)

    if (this.args.variable !== undefined) {
      const names = all.map(({name}) => name)
      const name = this.#pick(this.args.variable, names, 'setting')
      const row = all.find(candidate => candidate.name === name)
      if (!row) return null
      this.#explain({
        [row.name]: shownValue(row) || '(unset)',
        origin: row.origin,
        default: row.default ?? '(none)',
        expected: row.expected,
        meaning: row.help,
        'read by': row.services.join(', '),
      })
      this.report = row
      if (row.problem) throw invalidConfig([row.problem])
      return row
    }

    const rows = all.filter(
      row =>
        (!wanted || row.services.includes(wanted)) &&
        (!this.flags.changed || row.problem || !['default', 'unset'].includes(row.origin)),
    )
    const width = Math.max(0, ...rows.map(row => row.name.length))
    if (rows.length > 0) this.log(`${'SETTING'.padEnd(width)}  ${'VALUE'.padEnd(32)}  FROM`)
    for (const row of rows) {
      this.log(`${row.name.padEnd(width)}  ${shownValue(row).padEnd(32)}  ${row.origin}`)
    }
    this.report = {file: inspection.file ?? null, settings: rows}
    if (inspection.problems.length > 0) throw invalidConfig(inspection.problems.map(({message}) => message))
    return this.report
  }

  /** The one meant among the names, which are upper or lower case throughout. */
  #pick<N extends string>(typed: string, names: readonly N[], what: string): N {
    const found = names.find(name => name.toLowerCase() === typed.toLowerCase())
    if (found) return found
    const meant = nearest(typed, names)
    throw usageError(`There is no ${what} "${typed}".`, [
      ...(meant ? [`Did you mean ${meant}?`] : []),
      what === 'service' ? `One of: ${names.join(', ')}` : `See all: ${this.config.bin} config`,
    ])
  }

  #explain(facts: Record<string, string>): void {
    const width = Math.max(...Object.keys(facts).map(name => name.length))
    for (const [name, fact] of Object.entries(facts)) this.log(`${name.padEnd(width)}  ${fact}`)
  }
}
