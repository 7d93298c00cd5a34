import {Secret} from '../kit/secret.ts'
import type {Variable} from './declaration.ts'
import {describeOrigin} from './origin.ts'
import type {Inspection} from './read.ts'
import {isReader, readersOf} from './readers.ts'

/** One variable as `essence config` shows it; no secret in it. */
export interface SettingRow {
  name: string
  /** Heading of its group. */
  group: string
  /** As one would write it in an environment file; null for what is unset, and for every secret. */
  value: string | null
  set: boolean
  /** `environment`, `default`, `/etc/june.env:12` … */
  origin: string
  default: string | null
  secret: boolean
  /** Nothing reads it yet. */
  planned: boolean
  expected: string
  help: string
  /** Its readers; empty: every service. */
  services: readonly string[]
  /** What is wrong with the value that was given; the one in use is then the default. */
  problem: string | null
}

const written = (value: unknown, {secret, write}: Variable): string | null => {
  if (secret || value === undefined || value instanceof Secret) return null
  if (write) return write(value as never)
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const describeSettings = ({settings, origins, problems, groups}: Inspection): SettingRow[] => {
  const values = new Map<string, unknown>(Object.entries(settings))
  return groups.flatMap(group =>
    Object.entries(group.variables).map(([name, variable]): SettingRow => {
      const {secret, expected, help, planned = false, default: fallback} = variable
      const origin = origins[name] ?? {kind: 'unset'}
      return {
        name,
        group: group.heading,
        value: written(values.get(name), variable),
        set: planned ? !['default', 'unset'].includes(origin.kind) : values.get(name) !== undefined,
        origin: describeOrigin(origin),
        default: fallback ?? null,
        secret,
        planned,
        expected,
        help,
        services: readersOf(variable, group),
        problem: problems.find(problem => problem.name === name)?.message ?? null,
      }
    }),
  )
}

/** Whether a service reads a setting. */
export const readBy = ({services}: SettingRow, service: string): boolean => isReader(services, service)

/** The services of June that the settings name. */
export const servicesOf = (rows: readonly SettingRow[]): string[] =>
  [...new Set(rows.flatMap(({services}) => services))].filter(service => service !== 'channels').sort()

/** The value as a person reads it. */
export const shownValue = ({value, set, secret, planned, problem}: SettingRow): string => {
  if (problem) return '(not valid)'
  if (planned) return set ? '(set, nothing reads it yet)' : '(nothing reads it yet)'
  if (secret) return set ? '(secret, set)' : ''
  return value ?? ''
}
