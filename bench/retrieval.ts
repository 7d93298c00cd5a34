// Retrieval: search over 100,000 parts of documents, beside exact search in the same run. Arguments: [CHUNKS] [POSTGRES_URL]
import {openDocuments} from '@essence/core/documents/documents'
import {byMeaning, findPassages} from '@essence/core/documents/search'
import {ensureVectorIndex} from '@essence/core/documents/vectors'
import {Secret} from '@essence/core/kit/secret'
import {openStore} from '@essence/core/store/open'
import {chunks, documents} from '@essence/core/store/schema'
import {sql} from 'drizzle-orm'
import {benchFolder, compare, median, quantile, timed} from './harness.ts'

const [count = 100_000, url] = [Number(process.argv[2] ?? 100_000), process.argv[3]]
const dimension = 384
const clusters = 500
const queries = 100
const space = {model: 'bench', dimension}

/** Numbers from 0 to 1, the same in each run (mulberry32). */
let state = 14
const random = (): number => {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const normal = (): number => Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random())
const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector)
  return vector.map(value => value / length)
}
const centres = Array.from({length: clusters}, () => unit(Float32Array.from({length: dimension}, normal)))
/** As the vectors of a sentence model lie: around topics, at about half the length of the whole from them. */
const near = (centre: Float32Array): Float32Array =>
  unit(centre.map(value => value + (0.6 * normal()) / Math.sqrt(dimension)))
const topic = (): Float32Array => centres[Math.floor(random() * clusters)] ?? new Float32Array(dimension)
/** Words as often as those of a language are (Zipf): the first everywhere, most hardly anywhere. */
const word = (): string => `word${Math.floor(20_000 ** random()).toString(36)}x`
const words = (many: number): string => Array.from({length: many}, word).join(' ')

const options = {dataDir: benchFolder(), url: url === undefined ? undefined : new Secret(url)}
const store = await openStore(options)
console.log(`${store.kind}: ${count} parts of ${dimension} dimensions, ${queries} questions`)
await store.db.execute(sql`set maintenance_work_mem = '512MB'`)
const perDocument = 1000
for (let at = 0; at < count; at += perDocument) {
  const made = {name: `${at}.txt`, kind: 'text', digest: String(at), bytes: 1}
  const [document] = await store.db.insert(documents).values(made).returning()
  const rows = Array.from({length: Math.min(perDocument, count - at)}, (_, ordinal) => ({
    ...{documentId: document?.id ?? '', ordinal, text: words(40)},
    ...{embedding: near(topic()), embeddingModel: space.model},
  }))
  await store.db.insert(chunks).values(rows)
}
const built = await timed(() => ensureVectorIndex(store.db, space))
console.log(`index made in ${(built.ms / 1000).toFixed(0)} s`)
await store.db.execute(sql`analyze`)
await store.close()

const openings = await timed(async () => {
  const opened = await openStore(options)
  openDocuments({store: opened, maxBytes: 1})
  return opened
})
const {db, close} = openings.result
const times = {meaning: [] as number[], both: [] as number[], exact: [] as number[]}
let found = 0
for (let query = 0; query < queries + 5; query++) {
  const value = `[${near(topic()).join(',')}]`
  const vector = {...space, value}
  const meaning = await timed(() => byMeaning(db, {}, vector))
  const both = await timed(() => findPassages(db, {text: words(6), limit: 10, vector}))
  const exact = await timed(async () => {
    const nearest = await db.execute(
      sql.raw(`select id from chunks order by embedding <=> '${value}'::vector limit 10`),
    )
    return (nearest as unknown as {rows: {id: string}[]}).rows
  })
  // The first few warm the caches.
  if (query < 5) continue
  times.meaning.push(meaning.ms)
  times.both.push(both.ms)
  times.exact.push(exact.ms)
  const first = new Set(meaning.result.slice(0, 10))
  found += exact.result.filter(({id}) => first.has(id)).length / 10
}
await close()
console.log(`exact search: ${median(times.exact).toFixed(1)} ms (median)`)
compare('opened', openings.ms, {atMost: 500, unit: 'ms', digits: 0})
compare('recall@10 against exact search', found / queries, {atLeast: 0.98, digits: 3})
compare('by meaning, p95', quantile(times.meaning, 0.95), {atMost: 25, unit: 'ms', digits: 1})
compare('by meaning and six words, p95', quantile(times.both, 0.95), {atMost: 25, unit: 'ms', digits: 1})
