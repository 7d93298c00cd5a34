import {EssenceError} from '../kit/errors.ts'
import type {SettingsGroup, SettingsOf, Variable, Variables} from './declaration.ts'
import {describeOrigin, type Origin} from './origin.ts'
import {isReader, readersOf} from './readers.ts'
import {coreGroups, type Settings, type VariableName} from './schema.ts'
import {type FlagValues, type Found, findValues, type Sources} from './sources.ts'
import {warningsOf} from './warnings.ts'

type None = Record<never, Variable>

export interface ReadOptions<V extends Variables = None> extends Omit<Sources, 'flags'> {
  flags?: FlagValues<VariableName | (keyof SettingsOf<V> & string)> | undefined
  /** What the plugin declares for which is read. */
  own?: SettingsGroup<V> | undefined
  /** What the plugins declare that are installed; checked with the rest. */
  installed?: readonly SettingsGroup[] | undefined
  /** The service for which is read: of what it does not read, faults are warnings. Default: everything counts. */
  service?: string | undefined
}

export interface Config<V extends Variables = None> {
  settings: Settings & SettingsOf<V>
  /** Of each variable, by its name. */
  origins: Readonly<Record<string, Origin>>
  /** For people, one line each. */
  warnings: string[]
  /** The environment file that was read, if there is one. */
  file: string | undefined
}

/** What cannot be used as it is. The message holds no secret. */
export interface Problem {
  name?: string
  message: string
}

/** A configuration with everything that is wrong with it; a variable with a problem has its default. */
export interface Inspection<V extends Variables = None> extends Config<V> {
  problems: Problem[]
  /** Everything that was looked for. */
  groups: readonly SettingsGroup[]
}

/** The value as people may see it: short, on one line, without passwords. */
const visible = ({secret}: Variable, value: string): string => {
  if (secret) return `[hidden, ${value.length} characters]`
  const line = JSON.stringify(value.replace(/\/\/[^/\s]*@/g, '//[redacted]@')).slice(1, -1)
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

/** Checks what was found, and reads it; what does not pass has its default. Planned variables are no settings. */
const parse = (variables: Variables, found: ReadonlyMap<string, Found>) => {
  const problems: Problem[] = []
  const settings = Object.entries(variables).flatMap(([name, variable]) => {
    if (variable.planned) return []
    const given = found.get(name)
    const {success, data} = variable.schema.safeParse(given?.value)
    if (success || !given) return [[name, data]]
    const place = describeOrigin(given.origin)
    const message = `${name}=${visible(variable, given.value)} (${place}): expected ${variable.expected}`
    problems.push({name, message})
    return [[name, variable.schema.parse(undefined)]]
  })
  return {settings: Object.fromEntries(settings), problems}
}

const holds = (groups: readonly SettingsGroup[], {variables}: SettingsGroup): boolean =>
  groups.some(group => Object.keys(variables).every(name => name in group.variables))

/**
 * Reads all settings together with everything that is wrong with them.
 * @throws CONFIG_INVALID only when the environment file itself cannot be read
 */
export const inspectConfig = async <V extends Variables = None>(
  options: ReadOptions<V> = {},
): Promise<Inspection<V>> => {
  const {own, installed = [], service: _, ...sources} = options
  const groups = [...coreGroups, ...installed, ...(own && !holds(installed, own) ? [own] : [])]
  // The core's once more, last: no plugin can give one of its names another meaning.
  const variables: Variables = Object.assign({}, ...[...groups, ...coreGroups].map(group => group.variables))
  const findings = await findValues(Object.keys(variables), sources)
  const {settings, problems} = parse(variables, findings.found)
  const originOf = (name: string, {default: fallback}: Variable): Origin =>
    findings.found.get(name)?.origin ?? {kind: fallback === undefined ? 'unset' : 'default'}
  const origins = Object.entries(variables).map(([name, variable]) => [name, originOf(name, variable)])
  const {path: file, unclosed = []} = findings.file ?? {}
  return {
    settings,
    origins: Object.fromEntries(origins),
    warnings: warningsOf(variables, findings),
    file,
    groups,
    problems: [
      ...unclosed.map(line => ({message: `${file}:${line}: the quotation mark opened here is never closed`})),
      ...problems,
    ],
  }
}

/** One error for everything that is wrong. */
export const invalidConfig = (problems: readonly string[]): EssenceError =>
  new EssenceError(
    'CONFIG_INVALID',
    problems.length === 1
      ? `The configuration is not valid: ${problems[0]}`
      : `The configuration has ${problems.length} problems:\n${problems.map(problem => `  ${problem}`).join('\n')}`,
    {suggestions: ['See every setting and where it comes from: essence config']},
  )

/**
 * The configuration for services: what is wrong with the settings they read is an error, the rest warnings.
 * @param also further variables that are read
 * @throws CONFIG_INVALID naming every problem at once
 */
export const settle = <V extends Variables>(
  {problems, ...config}: Inspection<V>,
  services: readonly string[],
  also: readonly string[] = [],
): Config<V> => {
  const counts = ({name}: Problem): boolean => {
    const group = config.groups.find(({variables}) => name !== undefined && name in variables)
    const variable = name === undefined ? undefined : group?.variables[name]
    // What has no name is wrong with the whole file.
    if (!group || !variable || also.includes(name ?? '')) return true
    return services.some(service => isReader(readersOf(variable, group), service))
  }
  const serious = problems.filter(counts)
  if (serious.length > 0) throw invalidConfig(serious.map(({message}) => message))
  const others = problems.map(({message}) => `${message}; not read here, where its default counts`)
  return {...config, warnings: [...config.warnings, ...others]}
}

/**
 * Reads and checks the settings. Precedence: flags, the environment, the file named by ENV_SH or else `.env`, the
 * default. An empty text is an unset variable.
 * @throws CONFIG_INVALID naming every problem at once
 */
export const readConfig = async <V extends Variables = None>(options: ReadOptions<V> = {}): Promise<Config<V>> => {
  const inspection = await inspectConfig(options)
  if (options.service !== undefined) return settle(inspection, [options.service])
  const {problems, ...config} = inspection
  if (problems.length === 0) return config
  throw invalidConfig(problems.map(({message}) => message))
}
