import {EssenceError} from '../kit/errors.ts'
import {Secret} from '../kit/secret.ts'
import {describeOrigin, type Origin, type Origins} from './origin.ts'
import {publishedPasswords, rules} from './rules.ts'
import {type Settings, settingsSchema, type VariableName, variableNames, variables} from './schema.ts'
import {type Found, findValues, type Sources} from './sources.ts'

export interface ReadOptions<R extends VariableName = never> extends Sources {
  /** Variables this command cannot do without. */
  require?: readonly R[]
}

/** Settings in which the variables a command asked for are known to be set. */
export type SettingsWith<R extends VariableName> = Settings & {[K in R]-?: NonNullable<Settings[K]>}

export interface Config<R extends VariableName = never> {
  settings: SettingsWith<R>
  origins: Origins
  /** For people, one line each. */
  warnings: string[]
  /** The environment file that was read, if there is one. */
  file: string | undefined
}

/** What cannot be used as it is. The message holds no secret. */
export interface Problem {
  name?: VariableName
  message: string
}

/** A configuration with everything that is wrong with it; a variable with a problem has its default. */
export interface Inspection extends Config {
  problems: Problem[]
}

/** The value as people may see it: short, on one line, without passwords. */
const visible = (name: VariableName, value: string): string => {
  if (variables[name].secret) return `[hidden, ${value.length} characters]`
  const line = JSON.stringify(value.replace(/\/\/[^/\s]*@/g, '//[redacted]@')).slice(1, -1)
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

/** Checks what was found; what does not pass is removed from `found` and returned as problems. */
const check = (found: Map<VariableName, Found>): {settings: Settings; problems: Problem[]} => {
  const raw = () => Object.fromEntries([...found].map(([name, {value}]) => [name, value]))
  const {error} = settingsSchema.safeParse(raw())
  const failed = new Set(error?.issues.map(issue => issue.path[0] as VariableName))
  const problems = [...failed].map((name): Problem => {
    const {value, origin} = found.get(name) ?? {value: '', origin: {kind: 'unset'}}
    found.delete(name)
    const expected = `expected ${variables[name].expected}`
    return {name, message: `${name}=${visible(name, value)} (${describeOrigin(origin)}): ${expected}`}
  })
  return {settings: settingsSchema.parse(raw()), problems}
}

/**
 * Reads all settings together with everything that is wrong with them.
 * @throws CONFIG_INVALID only when the environment file itself cannot be read
 */
export const inspectConfig = async (options: ReadOptions<VariableName> = {}): Promise<Inspection> => {
  const {found, warnings, file, problems: fileProblems} = await findValues(options)
  const originOf = (name: VariableName): Origin =>
    found.get(name)?.origin ?? {kind: variables[name].default === undefined ? 'unset' : 'default'}
  const origins = Object.fromEntries(variableNames.map(name => [name, originOf(name)])) as Record<VariableName, Origin>
  const {settings, problems} = check(found)

  for (const {name, broken, message} of rules) {
    if (broken(settings)) problems.push({name, message: `${name} (${describeOrigin(origins[name])}): ${message}`})
  }
  for (const name of options.require ?? []) {
    if (settings[name] === undefined && !problems.some(problem => problem.name === name)) {
      problems.push({name, message: `${name} is not set: expected ${variables[name].expected}`})
    }
  }
  for (const name of variableNames) {
    const value = settings[name]
    if (value instanceof Secret && publishedPasswords.has(value.reveal())) {
      warnings.push(`${name} (${describeOrigin(origins[name])}) is a password everybody knows; set another`)
    }
  }
  return {settings, origins, warnings, file, problems: [...fileProblems.map(message => ({message})), ...problems]}
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
 * Reads and checks the settings. Precedence: flags, the environment, the file named by ENV_SH or else `.env`, the
 * default. An empty text is an unset variable; variables in `require` must be set.
 * @throws CONFIG_INVALID naming every problem at once
 */
export const readConfig = async <const R extends VariableName = never>(
  options: ReadOptions<R> = {},
): Promise<Config<R>> => {
  const {problems, settings, origins, warnings, file} = await inspectConfig(options)
  if (problems.length === 0) return {settings: settings as SettingsWith<R>, origins, warnings, file}
  throw invalidConfig(problems.map(({message}) => message))
}
