import {homedir} from 'node:os'
import {isAbsolute, join} from 'node:path'
import {type EnvFile, readEnvFile} from './env-file.ts'
import type {Origin} from './origin.ts'

type FlagValue = string | number | boolean | undefined

/** Values of command line flags by the variable they stand for; undefined ones were not given. */
export type FlagValues<Name extends string = string> = {readonly [K in Name]?: FlagValue}

export interface Sources {
  /** They win over everything. */
  flags?: FlagValues | undefined
  /** Default `process.env`. */
  env?: NodeJS.ProcessEnv | undefined
  /** Where `.env` is looked for. Default the working directory. */
  cwd?: string | undefined
}

/** A value as it was found, not yet checked. */
export interface Found {
  value: string
  origin: Origin
  /** It stands in the file in a way that a shell reads otherwise. */
  ambiguous: boolean
}

export interface Findings {
  found: ReadonlyMap<string, Found>
  /** The environment file that was read, if there is one. */
  file: (EnvFile & {path: string}) | undefined
}

const expandHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path

/** Empty is unset, and blanks around a value come from the files of other tools. */
const given = (value: FlagValue): string | undefined => String(value ?? '').trim() || undefined

/** Where the environment file is, or would be; `named`: by ENV_SH. */
export const envFilePlace = ({flags, env = process.env, cwd = process.cwd()}: Sources) => {
  const named = given(flags?.['ENV_SH']) ?? given(env['ENV_SH'])
  const wanted = expandHome(named ?? '.env')
  return {path: isAbsolute(wanted) ? wanted : join(cwd, wanted), named: named !== undefined}
}

const readFile = async (sources: Sources): Promise<Findings['file']> => {
  const {path, named} = envFilePlace(sources)
  const content = await readEnvFile(path, !named)
  return content && {...content, path}
}

/**
 * Finds the value of each variable: flags, then the environment, then the file named by ENV_SH or else `.env`.
 * @throws CONFIG_INVALID when the environment file cannot be read
 */
export const findValues = async (names: readonly string[], sources: Sources): Promise<Findings> => {
  const {flags = {}, env = process.env} = sources
  const file = await readFile(sources)
  const find = (name: string): Found | undefined => {
    const fromFlag = given(flags[name])
    if (fromFlag) return {value: fromFlag, origin: {kind: 'flag'}, ambiguous: false}
    const fromEnvironment = given(env[name])
    if (fromEnvironment) return {value: fromEnvironment, origin: {kind: 'environment'}, ambiguous: false}
    const assigned = name === 'ENV_SH' ? undefined : file?.assignments.get(name)
    const fromFile = given(assigned?.value)
    if (!file || !assigned || !fromFile) return undefined
    const {line, ambiguous} = assigned
    return {value: fromFile, origin: {kind: 'file', file: file.path, line}, ambiguous}
  }
  const found = names.flatMap(name => {
    const value = find(name)
    return value ? [[name, value] as const] : []
  })
  return {found: new Map(found), file}
}
