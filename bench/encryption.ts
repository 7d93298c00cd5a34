// What encryption costs: an exchange stored, a recall by words, a conversation opened, each as a ratio to the same without a key, in turns; and what is
// found by hashes of words instead of words. usage: npm run bench -- encryption [PEOPLE]   people with 40 sessions each
import {Secret} from '@essence/core/kit/secret'
import {openMemory} from '@essence/core/memory/memory'
import {openStore} from '@essence/core/store/open'
import {rewriteStored} from '@essence/core/store/rewrite'
import {rowsOf} from '@essence/core/store/rows-of'
import {sql} from 'drizzle-orm'
import {benchFolder, compare, median, timed} from './harness.ts'
import {makePerson, questionKinds} from './memory/set.ts'

const people = Array.from({length: Number(process.argv[2] ?? 4)}, (_, index) => makePerson(index + 1))
const current = new Secret('a key for this benchmark, never used')
let clock = new Date()

const open = async (name: string, keys: {current?: Secret}) => {
  const dataDir = benchFolder()
  const store = await openStore({dataDir, keys})
  return {
    name,
    dataDir,
    store,
    memory: openMemory({store, now: () => clock}),
    stored: [] as number[],
    recalled: [] as number[],
  }
}
type Side = Awaited<ReturnType<typeof open>>
const plain = await open('without a key', {})
const sealed = await open('with a key', {current})
/** Now one first, now the other: what else the machine does falls on both. */
const inTurns = async (index: number, work: (side: Side) => Promise<void>): Promise<void> => {
  for (const side of index % 2 === 0 ? [plain, sealed] : [sealed, plain]) await work(side)
}

let exchanges = 0
for (const {speaker, sessions} of people)
  for (const [session, {at, exchanges: said}] of sessions.entries())
    for (const [turn, exchange] of said.entries()) {
      clock = new Date(at.getTime() + turn * 60_000)
      await inTurns(exchanges++, async ({memory, stored}) => {
        const conversation = await memory.open({speaker, session: `${session}`})
        stored.push((await timed(() => conversation.add(exchange))).ms)
      })
    }

const questions = people.flatMap(({speaker, questions: asked}) =>
  asked.filter(({evidence}) => evidence.length > 0).map(question => ({speaker, ...question})),
)
const shares = new Map<string, number[]>()
for (const [index, {speaker, text, kind, evidence}] of [...questions, ...questions].entries())
  await inTurns(index, async ({name, memory, recalled}) => {
    const {result, ms} = await timed(() => memory.recall({speaker, session: 'now'}, text, {limit: 10}))
    recalled.push(ms)
    const found = evidence.filter(value => result.some(each => each.text.includes(value))).length / evidence.length
    const of = `${name}, ${kind}`
    shares.set(of, [...(shares.get(of) ?? []), found])
  })

const mean = (values: readonly number[] = []): number => values.reduce((sum, value) => sum + value, 0) / values.length
console.log(`${people.length} people, ${exchanges} exchanges, embedded database, no embedding model`)
for (const {name, stored, recalled} of [plain, sealed])
  console.log(
    `${name}: an exchange stored in ${median(stored).toFixed(1)} ms, a recall in ${median(recalled).toFixed(1)} ms (medians)`,
  )
for (const kind of questionKinds.filter(each => each !== 'never said'))
  console.log(
    `found within 10 by words, ${kind}: ${[plain, sealed].map(({name}) => `${mean(shares.get(`${name}, ${kind}`)).toFixed(2)} ${name}`).join(', ')}`,
  )
const sizes = await Promise.all(
  [plain, sealed].map(async ({store}) => {
    const [size] = await rowsOf<{bytes: number}>(store.db, sql`select pg_total_relation_size('messages')::int as bytes`)
    return size?.bytes ?? 0
  }),
)
compare('an exchange stored, with a key to without', median(sealed.stored) / median(plain.stored), {atMost: 1.5})
compare('a recall by words, with a key to without', median(sealed.recalled) / median(plain.recalled), {atMost: 1.5})
compare('bytes of messages and their indexes, likewise', (sizes[1] ?? 0) / (sizes[0] ?? 1), {atMost: 4})
await plain.memory.close()
await plain.store.close()
const later = await openStore({dataDir: plain.dataDir, keys: {current}})
const {result, ms} = await timed(() => rewriteStored(later, new AbortController().signal))
console.log(`${result.rows} rows of before encrypted in ${ms.toFixed(0)} ms: ${(ms / result.rows).toFixed(2)} ms each`)
await later.close()
await sealed.memory.close()
await sealed.store.close()
