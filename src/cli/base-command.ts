import type {Interfaces} from '@oclif/core'
import {Command} from '@oclif/core/command'
import {CLIError, ExitError} from '@oclif/core/errors'
import {boolean} from '@oclif/core/flags'
import type {SettingsGroup, Variable, Variables} from '../config/declaration.ts'
import type {Config, Inspection, ReadOptions} from '../config/read.ts'
import {defined} from '../kit/defined.ts'
import {EssenceError, errorTable, isEssenceError, messageOf} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import {redact} from '../kit/secret.ts'
import {tellFailure, tellSupervisor} from '../service/supervisor-message.ts'
import {asTyped} from './as-typed.ts'
import {showProblem} from './problem-text.ts'

export type FlagsOf<T extends typeof Command> = Interfaces.InferredFlags<(typeof BaseCommand)['baseFlags'] & T['flags']>
export type ArgsOf<T extends typeof Command> = Interfaces.InferredArgs<T['args']>

/** What `--json` prints, on success and on failure: one document, one shape. */
export interface Envelope {
  ok: boolean
  command: string
  data: unknown
  warnings: string[]
  error?: {code: string; message: string; exit: number; suggestions: string[]; cause?: string}
}

interface ParseFailure {
  oclif?: {exit?: number}
  /** Present on every error of oclif about the command line, also on those that name no status: a value that is no option. */
  parse?: unknown
  code?: string
  suggestions?: string[]
  /** Those that do not exist, as typed. */
  flags?: unknown
}

/**
 * The base of every Essence command. A subclass declares its flags and implements `execute`, whose return value is
 * the `data` of `--json`. Results go to stdout (`this.log`), progress and notices to stderr (`this.note`).
 */
export abstract class BaseCommand<T extends typeof Command = typeof Command> extends Command {
  static override enableJsonFlag = true

  static override baseFlags = {
    quiet: boolean({
      char: 'q',
      summary: 'Print results and errors only.',
      helpGroup: 'GLOBAL',
      env: 'ESSENCE_QUIET',
      exclusive: ['verbose'],
    }),
    verbose: boolean({
      char: 'v',
      summary: 'Print more about what is done, and stack traces of errors.',
      helpGroup: 'GLOBAL',
      env: 'ESSENCE_VERBOSE',
    }),
    // Acted on in bin/run.js, before anything that colours is imported; declared here to be known and documented.
    'no-color': boolean({summary: 'Print without colour (as NO_COLOR=1).', helpGroup: 'GLOBAL', env: 'NO_COLOR'}),
  }

  protected flags!: FlagsOf<T>
  protected args!: ArgsOf<T>
  /** What `--json` shows as `data` should the command fail nevertheless: a report whose verdict is bad. */
  protected report: unknown = null
  readonly #warnings: string[] = []
  #announced = false

  /** Does the work; what it returns is `data` under `--json`. */
  protected abstract execute(): Promise<unknown>

  override async run(): Promise<{data: unknown}> {
    const {args, flags} = await this.parse({
      flags: this.ctor.flags,
      baseFlags: (super.ctor as typeof BaseCommand).baseFlags,
      enableJsonFlag: this.ctor.enableJsonFlag,
      args: this.ctor.args,
      strict: this.ctor.strict,
    })
    this.flags = flags as FlagsOf<T>
    this.args = args as ArgsOf<T>
    return {data: (await this.execute()) ?? null}
  }

  /**
   * The settings, with those of the installed plugins; says every warning about them. Of a service, those count that it reads.
   * @param flags of the command line, by the variable each stands for
   * @param own what the plugin of this command declares
   * @throws CONFIG_INVALID
   */
  protected async settings<V extends Variables = Record<never, Variable>>(
    flags?: ReadOptions<V>['flags'],
    own?: SettingsGroup<V>,
  ): Promise<Config<V>['settings']> {
    const [{readConfig}, installed] = await Promise.all([import('../config/read.ts'), this.#installedSettings()])
    const {service} = this
    const {settings, warnings} = await readConfig({flags, own, installed, service})
    for (const warning of warnings) this.warn(warning)
    return settings
  }

  /** The same for a command that shows what is wrong with them. @throws CONFIG_INVALID for an unreadable file only */
  protected async inspectSettings(): Promise<Inspection> {
    const [{inspectConfig}, installed] = await Promise.all([import('../config/read.ts'), this.#installedSettings()])
    const inspection = await inspectConfig({installed})
    for (const warning of inspection.warnings) this.warn(warning)
    return inspection
  }

  /** What this command runs, where it is one of a service. */
  protected get service(): string | undefined {
    return (this.ctor as typeof Command & {supervised?: {name: string}}).supervised?.name
  }

  async #installedSettings(): Promise<SettingsGroup[]> {
    const {installedSettings} = await import('./installed-settings.ts')
    return installedSettings(this.config, message => this.warn(message))
  }

  /** For a command that goes on once its result is known: under `--json` prints it now, and nothing more after it. */
  protected announce(data: unknown): void {
    if (this.jsonEnabled()) this.logJson(this.toSuccessJson({data}))
    this.#announced = true
  }

  /** Progress and notices for people: stderr, silent under `--quiet` and `--json`. */
  protected note(message: string): void {
    if (!this.flags?.quiet) this.logToStderr(message)
  }

  /** How progress is shown: drawn anew on a terminal, line by line elsewhere, not at all. */
  protected get asking(): {show: 'terminal' | 'lines' | 'quiet'; note: (line: string) => void} {
    const quiet = this.jsonEnabled() || this.flags.quiet
    const show = quiet ? 'quiet' : process.stderr.isTTY ? 'terminal' : 'lines'
    return {show, note: line => this.note(line)}
  }

  /** Opens what takes a while to load, and says so meanwhile. @param what for people: `the language model` */
  protected async loading<T>(what: string, open: (onProgress: (message: string) => void) => Promise<T>): Promise<T> {
    // Under `--verbose` the details are the progress.
    if (this.flags.verbose) return open(message => this.detail(message))
    const {whileLoading} = await import('./while-loading.ts')
    return whileLoading({what, ...this.asking}, open)
  }

  /** Detail for people: stderr, only under `--verbose`. */
  protected detail(message: string): void {
    if (this.flags?.verbose) this.logToStderr(message)
  }

  /** Every warning so far. */
  protected get warned(): readonly string[] {
    return this.#warnings
  }

  /** A warning on stderr, and in `warnings` under `--json`. */
  override warn(input: Error | string): Error | string {
    const message = redact(messageOf(input))
    this.#warnings.push(message)
    tellSupervisor({type: 'warning', text: message})
    if (!this.flags?.quiet && !this.jsonEnabled()) showProblem({kind: 'Warning', message})
    return input
  }

  override log(message = '', ...args: unknown[]): void {
    super.log(asTyped(message), ...args)
  }

  override logToStderr(message = '', ...args: unknown[]): void {
    super.logToStderr(asTyped(redact(message)), ...args)
  }

  override toSuccessJson(result: unknown): Envelope {
    return {ok: true, command: this.id ?? '', data: (result as {data: unknown}).data, warnings: this.#warnings}
  }

  override toErrorJson(error: unknown): Envelope {
    const data = this.report ?? (isEssenceError(error) ? error.report : undefined) ?? null
    return {ok: false, command: this.id ?? '', data, warnings: this.#warnings, error: describeError(error, this.ctor)}
  }

  override logJson(json: unknown): void {
    if (this.#announced) return
    // Each text by itself: redacting the finished document could miss what JSON escapes, and break it.
    const text = JSON.stringify(json, (_, value) => (typeof value === 'string' ? redact(value) : value), 2)
    process.stdout.write(`${text}\n`)
  }

  protected override async catch(error: Error & {exitCode?: number}): Promise<void> {
    // `this.exit(0)` and the like are control flow, not failures.
    if ((error as ParseFailure | null)?.oclif?.exit === 0) throw error
    const described = describeError(error, this.ctor)
    tellFailure(error)
    if (this.jsonEnabled()) {
      this.logJson(this.toErrorJson(error))
      throw new ExitError(described.exit)
    }
    if (this.flags?.verbose && error?.stack) this.logToStderr(error.stack)
    const {message, exit, code, suggestions, cause} = described
    // Who pressed Ctrl-C knows why.
    if (cause && code !== 'CANCELLED') this.logToStderr(`caused by: ${cause}`)
    showProblem({kind: 'Error', message, code, suggestions})
    // It is said already; what is thrown carries the status.
    throw Object.assign(new CLIError(message, {exit, code, suggestions}), {skipOclifErrorHandling: true})
  }
}

/**
 * The public face of any thrown value: code, exit status, message, next steps. Never the object itself, and no secret.
 * @param command whose command line it is about
 */
export const describeError = (error: unknown, command?: typeof Command): NonNullable<Envelope['error']> => {
  const message = redact(messageOf(error).replace(/\s*See more help with --help\s*$/, ''))
  if (isEssenceError(error)) {
    const cause = error.cause === undefined ? '' : redact(messageOf(error.cause))
    return {
      code: error.code,
      message,
      exit: error.exit,
      suggestions: error.suggestions.map(redact),
      // A cause that only repeats the message is noise.
      ...defined({cause: message.includes(cause) ? undefined : cause}),
    }
  }
  const {oclif, code, suggestions, parse, flags} = (error ?? {}) as ParseFailure
  const usage = parse !== undefined || oclif?.exit === errorTable.USAGE.exit
  return {
    code: usage ? 'USAGE' : (code ?? 'BUG'),
    message,
    exit: usage ? errorTable.USAGE.exit : (oclif?.exit ?? errorTable.BUG.exit),
    suggestions: (suggestions ?? (usage && command ? usageAdvice(flags, command) : [])).map(redact),
  }
}

/** @param typed flags that do not exist */
const usageAdvice = (typed: unknown, {id, flags, baseFlags}: typeof Command): string[] => {
  const names = Object.keys({...baseFlags, ...flags, json: true, help: true}).map(name => `--${name}`)
  const meant = Array.isArray(typed) ? typed.map(flag => nearest(String(flag).split('=')[0] ?? '', names)) : []
  return [
    ...new Set(meant.flatMap(flag => (flag === undefined ? [] : [`Did you mean ${flag}?`]))),
    `See its flags: essence ${id.replaceAll(':', ' ')} --help`,
  ]
}

/** Thrown by commands for a flag combination that cannot work. */
export const usageError = (message: string, suggestions: string[] = []): EssenceError =>
  new EssenceError('USAGE', message, {suggestions})
