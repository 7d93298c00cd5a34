// Retrieval: search over 100,000 parts of documents, beside exact search in the same run. Arguments: [CHUNKS] [POSTGRES_URL]
import {openDocuments} from '@essence/core/documents/documents'
import {byMeaning, findPassages} from '@essence/core/documents/search'
import {ensureVectorIndex} from '@essence/core/documents/vectors'
import {byWords} from '@essence/core/documents/word-search'
import {Secret} from '@essence/core/kit/secret'
import {openStore} from '@essence/core/store/open'
import {rowsOf} from '@essence/core/store/rows-of'
import {chunks, documents} from '@essence/core/store/schema'
import {searchTerms} from '@essence/core/text/search-terms'
import {type SQL, sql} from 'drizzle-orm'
import {benchFolder, compare, median, quantile, timed} from './harness.ts'

const [count = 100_000, url] = [Number(process.argv[2] ?? 100_000), process.argv[3]]
const dimension = 384
const clusters = 500
const queries = 100
const limit = 10
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
// As after the last document is added; PostgreSQL does that by itself, in a while.
if (url === undefined) await openDocuments({store, maxBytes: 1}).settle()
else await store.db.execute(sql`analyze`)
await store.close()

const openings = await timed(async () => {
  const opened = await openStore(options)
  openDocuments({store: opened, maxBytes: 1})
  return opened
})
const {db, close} = openings.result
const questions = Array.from({length: queries + 5}, () => {
  const value = `[${near(topic()).join(',')}]`
  return {text: words(6), vector: {...space, value}}
})
const times = {meaning: [] as number[], words: [] as number[], both: [] as number[], exact: [] as number[]}
const found: {meaning: string[]; words: string[]}[] = []
for (const {text, vector} of questions) {
  const meaning = await timed(() => byMeaning(db, {}, vector))
  const said = await timed(() => byWords(db, {text, limit}))
  const both = await timed(() => findPassages(db, {text, limit, vector}))
  times.meaning.push(meaning.ms)
  times.words.push(said.ms)
  times.both.push(both.ms)
  found.push({meaning: meaning.result, words: said.result})
}
/** Of what is best of all, the share that was found. */
const shareFound = (best: string[], ids: string[] = []): number => {
  const first = new Set(ids.slice(0, limit))
  return best.filter(id => first.has(id)).length / best.length
}
const idsOf = async (query: SQL): Promise<string[]> => (await rowsOf<{id: string}>(db, query)).map(({id}) => id)
/** By the formula of the search, of all chunks, with all words counted. */
const bestByWords = async (text: string): Promise<string[]> => {
  const asked = searchTerms(text).map(term => sql`to_tsquery('simple', ${term})`)
  const weighed = asked.map(
    query => sql`
      case when words @@ ${query} then (select ln(1 + 1000.0 / greatest(1, count(*))) from chunks where words @@ ${query}) else 0 end`,
  )
  return idsOf(
    sql`select id from chunks order by (${sql.join(weighed, sql` + `)}) / ln(8 + length(words)) desc, id limit ${limit}`,
  )
}
// Apart: it reads every vector, and leaves little else in the database's memory.
let [recall, agreement] = [0, 0]
for (const [index, {text, vector}] of questions.entries()) {
  const exact = await timed(() =>
    idsOf(sql.raw(`select id from chunks order by embedding <=> '${vector.value}'::vector limit ${limit}`)),
  )
  times.exact.push(exact.ms)
  recall += shareFound(exact.result, found[index]?.meaning) / questions.length
  agreement += shareFound(await bestByWords(text), found[index]?.words) / questions.length
}
await close()
/** Without the first few, which warm the caches. */
const p95 = (ms: number[]): number => quantile(ms.slice(5), 0.95)
console.log(`exact search by meaning: ${median(times.exact).toFixed(1)} ms (median)`)
console.log(`by words, p95: ${p95(times.words).toFixed(1)} ms, median ${median(times.words.slice(5)).toFixed(1)} ms`)
console.log(`by words, first ten also first by exact ranking: ${agreement.toFixed(3)}`)
compare('opened', openings.ms, {atMost: 500, unit: 'ms', digits: 0})
compare('recall@10 against exact search', recall, {atLeast: 0.98, digits: 3})
compare('by meaning, p95', p95(times.meaning), {atMost: 25, unit: 'ms', digits: 1})
compare('by meaning and six words, p95', p95(times.both), {atMost: 25, unit: 'ms', digits: 1})
