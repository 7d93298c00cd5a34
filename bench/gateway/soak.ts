import {setTimeout as pause} from 'node:timers/promises'
import {byRest, bySocket, expected, type Person} from './people.ts'
import {startServer, type Usage} from './protocol.ts'

export interface Soaked {
  asked: number
  /** Questions whose answer did not come, with why. */
  lost: string[]
  /** Answers of another question, or of another person. */
  wrong: string[]
  /** Answers that nobody asked for. */
  unasked: number
  unhandled: string[]
  /** Of the server, every so often. */
  samples: (Usage & {atMs: number})[]
}

const kinds = [
  (address: string, name: string) => bySocket(address, name, false),
  byRest,
  (address: string, name: string) => bySocket(address, name, true),
]

/** People who ask, wait for their answer, and ask again, a question a second each: by WebSocket, by REST, and aloud. */
export const soak = async ({people, ms}: {people: number; ms: number}): Promise<Soaked> => {
  const server = await startServer({kind: 'gateway'})
  const found: Soaked = {asked: 0, lost: [], wrong: [], unasked: 0, unhandled: [], samples: []}
  const all: Person[] = []
  for (let n = 0; n < people; n++) {
    const kind = kinds[n % kinds.length]
    if (kind) all.push(await kind(server.address, `p${n}`))
  }
  const started = performance.now()
  const elapsed = (): number => performance.now() - started
  const live = async (person: Person, index: number): Promise<void> => {
    // Not all at the same moment.
    await pause((index / people) * 1000)
    while (elapsed() < ms) {
      const number = found.asked++ % 1_000_000
      const why = (error: unknown): void => void found.lost.push(`${person.name}, ${number}: ${error}`)
      const answer = await person.ask(number).catch(why)
      if (answer !== undefined && answer !== expected(person, number)) {
        found.wrong.push(`${person.name}, ${number}: ${answer}`)
      }
      await pause(1000)
    }
  }
  const watch = async (): Promise<void> => {
    while (elapsed() < ms) {
      await pause(Math.min(10_000, ms / 10))
      found.samples.push({...(await server.usage('collected')), atMs: elapsed()})
    }
  }
  await Promise.all([watch(), ...all.map(live)])
  found.unasked = all.reduce((sum, {unasked}) => sum + unasked(), 0)
  for (const {close} of all) close()
  found.unhandled = found.samples.at(-1)?.unhandled ?? []
  await server.close()
  return found
}
