import {homedir} from 'node:os'
import {isAbsolute, join} from 'node:path'
import {nearest} from '../kit/nearest.ts'
import {type EnvFile, readEnvFile} from './env-file.ts'
import type {Origin} from './origin.ts'
import {isVariableName, retired, type VariableName, variableNames} from './schema.ts'

export interface Sources {
  /** Values of command line flags; undefined ones were not given. They win over everything. */
  flags?: {readonly [K in VariableName]?: string | number | boolean | undefined}
  /** Default `process.env`. */
  env?: NodeJS.ProcessEnv
  /** Where `.env` is looked for. Default the working directory. */
  cwd?: string
}

/** A value as it was found, not yet checked. */
export interface Found {
  value: string
  origin: Origin
}

export interface Findings {
  found: Map<VariableName, Found>
  warnings: string[]
  /** What makes the environment file itself untrustworthy. */
  problems: string[]
  /** The environment file that was read, if there is one. */
  file: string | undefined
}

const expandHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path

/** Empty is unset, and blanks around a value come from the files of other tools. */
const given = (value: string | number | boolean | undefined): string | undefined =>
  String(value ?? '').trim() || undefined

const readFile = async ({flags, env = process.env, cwd = process.cwd()}: Sources) => {
  const named = given(flags?.ENV_SH) ?? given(env['ENV_SH'])
  const wanted = expandHome(named ?? '.env')
  const path = isAbsolute(wanted) ? wanted : join(cwd, wanted)
  const content = await readEnvFile(path, named === undefined)
  return content && {path, content}
}

const warningsOf = (path: string, {assignments, skipped}: EnvFile): string[] => [
  ...skipped.slice(0, 5).map(line => `${path}:${line}: not of the form NAME=value; not read`),
  ...(skipped.length > 5 ? [`${path}: ${skipped.length - 5} more lines are not of the form NAME=value`] : []),
  ...[...assignments].flatMap(([name, {line}]) => {
    if (name === 'ENV_SH') return [`${path}:${line}: ENV_SH has no effect inside a file`]
    if (isVariableName(name)) return []
    if (Object.hasOwn(retired, name)) return [`${path}:${line}: ${name} has no effect: ${retired[name]}`]
    const meant = nearest(name, variableNames, 2)
    return meant ? [`${path}:${line}: ${name} is not a setting; did you mean ${meant}?`] : []
  }),
]

/**
 * Finds the value of every variable: flags, then the environment, then the file named by ENV_SH or else `.env`.
 * @throws CONFIG_INVALID when the environment file cannot be read
 */
export const findValues = async (sources: Sources): Promise<Findings> => {
  const {flags = {}, env = process.env} = sources
  const file = await readFile(sources)
  const found = new Map<VariableName, Found>()
  const warnings = file ? warningsOf(file.path, file.content) : []
  for (const name of variableNames) {
    const fromFlag = given(flags[name])
    const fromEnvironment = given(env[name])
    const assigned = name === 'ENV_SH' ? undefined : file?.content.assignments.get(name)
    const fromFile = given(assigned?.value)
    if (fromFlag) found.set(name, {value: fromFlag, origin: {kind: 'flag'}})
    else if (fromEnvironment) found.set(name, {value: fromEnvironment, origin: {kind: 'environment'}})
    else if (file && assigned && fromFile) {
      const origin = {kind: 'file', file: file.path, line: assigned.line} as const
      found.set(name, {value: fromFile, origin})
      if (assigned.ambiguous) {
        warnings.push(`${file.path}:${assigned.line}: a shell reads ${name} otherwise; write it as ${name}='…'`)
      }
    }
  }
  const unclosed = file?.content.unclosed ?? []
  const problems = unclosed.map(line => `${file?.path}:${line}: the quotation mark opened here is never closed`)
  return {found, warnings, problems, file: file?.path}
}
