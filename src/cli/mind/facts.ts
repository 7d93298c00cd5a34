import type {Mind} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'
import {openMemoryOf} from '../../engines/mind/memory.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {Fact, Memory} from '../../memory/port.ts'
import {withMind} from './with-mind.ts'

/** Letters of an id that are shown, and that suffice to name a fact. */
const shownId = 8

type UsedMemory = Mind['memory']

/** Does something with the memory of the June that runs, or else with the one the settings name. @throws as `withMind` */
export const withMemory = <T>(
  settings: Settings,
  log: (message: string) => void,
  work: (memory: UsedMemory) => Promise<T>,
): Promise<T> => {
  const here = () => openMemoryOf(settings)
  return withMind<UsedMemory, Memory, T>({settings, log, of: ({memory}) => memory, here}, work)
}

/** The fact that an id, or the beginning of one, names. @throws FACT_UNKNOWN (none, or several) */
export const factNamed = async (memory: UsedMemory, speaker: string, id: string): Promise<Fact> => {
  const facts = await memory.facts(speaker)
  const named = facts.filter(fact => id !== '' && fact.id.startsWith(id.toLowerCase()))
  const [fact] = named
  if (fact && named.length === 1) return fact
  const found = named.length > 1 ? `${named.length} facts begin so` : 'there is none'
  throw new EssenceError('FACT_UNKNOWN', `"${id}" names no fact about ${speaker}: ${found}.`, {
    suggestions: [`See what is known: essence memory list --speaker ${speaker}`],
  })
}

/** Lines for people: since when, what, and how it is known. */
export const factLines = (facts: readonly Fact[]): string[] =>
  facts.map(({id, text, validFrom, validTo, provenance}) => {
    const since = validTo ? `${day(validFrom)} to ${day(validTo)}` : day(validFrom)
    const how = provenance === 'said' ? '' : provenance === 'document' ? ' (from a document)' : ' (concluded)'
    return `${id.slice(0, shownId)}  ${since}  ${text}${how}`
  })

const day = (at: Date): string => at.toISOString().slice(0, 10)
