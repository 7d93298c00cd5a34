import {randomUUID} from 'node:crypto'
import type {Fact} from '@essence/core/memory/port'
import type {MemoryOfTools} from '@essence/core/tools/built-in/memory-tools'

/** A memory of facts alone, in this process; what was erased is gone. */
export const scriptedMemory = (): MemoryOfTools & {known: (speaker: string) => string[]} => {
  const facts = new Map<string, Fact[]>()
  const of = (speaker: string): Fact[] => facts.get(speaker) ?? []
  return {
    known: speaker => of(speaker).map(({text}) => text),
    recall: async ({speaker}) =>
      of(speaker).map(({id, text, validFrom}) => ({kind: 'fact', id, text, at: validFrom, role: 'user', score: 1})),
    facts: async speaker => of(speaker),
    async note(speaker, {text, subject, provenance}) {
      const fact = {id: randomUUID(), text, subject, provenance, importance: 0.5, validFrom: new Date()}
      facts.set(speaker, [...of(speaker), fact])
      return fact
    },
    async correct(speaker, id, text) {
      const fact = {...(of(speaker).find(one => one.id === id) as Fact), text}
      facts.set(
        speaker,
        of(speaker).map(one => (one.id === id ? fact : one)),
      )
      return fact
    },
    async erase(speaker, id) {
      facts.set(
        speaker,
        of(speaker).filter(one => one.id !== id),
      )
    },
    async eraseAll(speaker) {
      facts.delete(speaker)
    },
  }
}
