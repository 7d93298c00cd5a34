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
    const [{describeSettings, readBy, servicesOf}, {invalidConfig}, {explanationLines, settingLines}, {resultColumns}] =
      await Promise.all([
        import('@essence/core/config/describe'),
        import('@essence/core/config/read'),
        import('@essence/core/cli/settings-view'),
        import('@essence/core/cli/table'),
      ])
    const inspection = await this.inspectSettings()
    const all = describeSettings(inspection)
    const service = this.flags.service && this.#pick(this.flags.service, servicesOf(all), 'service')
    const names = all.map(({name}) => name)
    const name = this.args.variable && this.#pick(this.args.variable, names, 'setting')
    const row = all.find(one => one.name === name)
    if (row) {
      for (const line of explanationLines(row, resultColumns())) this.log(line)
      this.report = row
      if (row.problem) throw invalidConfig([row.problem])
      return row
    }
    const rows = all.filter(
      row =>
        (!row.planned || row.set) &&
        (!service || readBy(row, service)) &&
        (!this.flags.changed || row.problem || !['default', 'unset'].includes(row.origin)),
    )
    // Off a terminal a setting is one line, for what searches them.
    const room = process.stdout.isTTY ? resultColumns() : Number.POSITIVE_INFINITY
    for (const line of settingLines(rows, room)) this.log(line)
    if (process.stdout.isTTY && !service && !this.flags.changed) {
      this.note(`\nOnly what is set: essence config --changed`)
      this.note(`What one means: essence config NAME`)
    }
    this.report = {file: inspection.file ?? null, settings: rows}
    const {problems} = inspection
    if (problems.length > 0) throw invalidConfig(problems.map(({message}) => message))
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
}
