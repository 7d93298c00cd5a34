import {Secret} from '../kit/secret.ts'
import {describeOrigin} from './origin.ts'
import type {Inspection} from './read.ts'
import {type VariableName, variableNames, variables} from './schema.ts'
import type {Service} from './variable.ts'

/** One variable as `essence config` shows it; no secret in it. */
export interface SettingRow {
  name: VariableName
  /** As one would write it in an environment file; null for what is unset, and for every secret. */
  value: string | null
  set: boolean
  /** `environment`, `default`, `/etc/june.env:12` … */
  origin: string
  default: string | null
  secret: boolean
  expected: string
  help: string
  services: readonly Service[]
  /** What is wrong with the value that was given; the one in use is then the default. */
  problem: string | null
}

const written = (value: unknown, write?: (value: never) => string): string | null => {
  if (value === undefined || value instanceof Secret) return null
  if (write) return write(value as never)
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const describeSettings = ({settings, origins, problems}: Inspection): SettingRow[] =>
  variableNames.map(name => {
    const {secret, expected, help, services, write, default: fallback} = variables[name]
    return {
      name,
      value: written(settings[name], write),
      set: settings[name] !== undefined,
      origin: describeOrigin(origins[name]),
      default: fallback ?? null,
      secret,
      expected,
      help,
      services,
      problem: problems.find(problem => problem.name === name)?.message ?? null,
    }
  })

/** The value as a person reads it. */
export const shownValue = ({value, set, secret, problem}: SettingRow): string => {
  if (problem) return '(not valid)'
  if (secret) return set ? '(secret, set)' : ''
  return value ?? ''
}
