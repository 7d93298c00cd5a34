import type {SettingsGroup, Variable} from './declaration.ts'

/** Who reads a variable, as it is declared; empty: every service. */
export const readersOf = ({services}: Variable, group: SettingsGroup): readonly string[] =>
  services ?? group.services ?? []

/** What runs no turns: the services of one engine, and the families of commands. */
const withoutTurns = new Set(['stt', 'tts', 'inference', 'models', 'release', 'speaker', 'test'])

/** Whether a service is among the readers. What `channels` read, every service does that runs turns. */
export const isReader = (readers: readonly string[], service: string): boolean =>
  readers.length === 0 || readers.includes(service) || (readers.includes('channels') && !withoutTurns.has(service))
