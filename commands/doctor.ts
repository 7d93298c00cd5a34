import {styleText} from 'node:util'
import {BaseCommand} from '@essence/core/cli/base-command'
import type {Finding} from '@essence/core/doctor/finding'
import {EssenceError} from '@essence/core/kit/errors'
import {Flags} from '@oclif/core'

const marks = {ok: ['green', '✓'], warning: ['yellow', '!'], failure: ['red', '✗']} as const

export default class Doctor extends BaseCommand<typeof Doctor> {
  static override summary = 'Examine this machine: what June needs, what is missing, and how to mend it.'
  static override description =
    `Looks at Node.js, configuration, folders, disk, ports, tokens and models, opens every engine and runs one turn through them;
where June runs already, asks her for her health and figures instead.
Plugins add their own checks. Ends with status 6 when something June needs cannot work.`
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --fix',
    '<%= config.bin %> doctor --json',
  ]
  static override flags = {
    fix: Flags.boolean({
      default: false,
      summary:
        "First install the engines' builds for GPUs that are here, where they are missing; compile llama.cpp where none is published.",
    }),
  }

  protected async execute(): Promise<unknown> {
    const [{supervisedCommands}, {isOn}, {checkGpuBuilds, installGpuBuilds}, llama, {examine}, {withCancel}] =
      await Promise.all([
        import('@essence/core/cli/supervised'),
        import('@essence/core/service/supervised'),
        import('@essence/core/doctor/gpu-builds'),
        import('@essence/core/doctor/llama-build'),
        import('@essence/core/doctor/examine'),
        import('@essence/core/kit/cancel'),
      ])
    const inspection = await this.inspectSettings()
    const services = supervisedCommands(this.config).filter(service => isOn(service, inspection.settings))
    const {root} = this.config
    const findings = await withCancel(async signal => {
      if (this.flags.fix) {
        const installed = await installGpuBuilds(root, signal)
        this.note(
          installed.length > 0 ? `installed: GPU builds (${installed.join(', ')})` : 'no GPU builds are missing',
        )
        if (await llama.buildLlama({root}, signal)) this.note('compiled: llama.cpp for CUDA')
      }
      const ours = await examine(inspection, services, signal, message => this.note(`${message} …`))
      // A plugin's `doctor` hook returns findings of its own.
      const {successes, failures} = await this.config.runHook('doctor', {settings: inspection.settings, signal})
      for (const {plugin, error} of failures) this.warn(`The checks of ${plugin.name} failed: ${error.message}`)
      const gpus = await checkGpuBuilds(root)
      return [
        ...ours,
        ...gpus,
        ...(await llama.checkLlamaBuild({root})),
        ...successes.flatMap(({result}) => (Array.isArray(result) ? (result as Finding[]) : [])),
      ]
    })
    const width = Math.max(...findings.map(({id}) => id.length))
    const {resultColumns, wrapWords} = await import('@essence/core/cli/table')
    const indent = ' '.repeat(width + 4)
    const below = (text: string, room: number): string => wrapWords(text, resultColumns() - room).join(`\n${indent}`)
    for (const {id, status, detail, fix} of findings) {
      const [color, mark] = marks[status]
      const told = below(detail, indent.length)
      this.log(`${styleText(color, mark, {stream: process.stdout})} ${id.padEnd(width)}  ${told}`)
      if (fix) this.log(`${indent}→ ${below(fix, indent.length + 2)}`)
    }
    this.report = findings
    const failed = findings.filter(({status}) => status === 'failure')
    if (failed.length > 0) {
      throw new EssenceError(
        'UNHEALTHY',
        `${failed.length} of ${findings.length} checks failed: ${failed.map(({id}) => id).join(', ')}.`,
      )
    }
    return findings
  }
}
