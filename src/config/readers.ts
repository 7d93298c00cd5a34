import type {SettingsGroup, Variable} from './declaration.ts'
import {coreGroups} from './schema.ts'

/** Who reads a variable, as it is declared; empty: every service. */
export const readersOf = ({services}: Variable, group: SettingsGroup): readonly string[] =>
  services ?? group.services ?? []

const coreReaders = new Set(
  coreGroups.flatMap(({variables}) => Object.values(variables).flatMap(({services = []}) => services)),
)

/** Whether a service is among the readers. What `channels` read, every service does that is not one of the core's engines. */
export const isReader = (readers: readonly string[], service: string): boolean =>
  readers.length === 0 || readers.includes(service) || (readers.includes('channels') && !coreReaders.has(service))
