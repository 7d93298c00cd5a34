// What the memory finds of months of talk, in the five kinds of LongMemEval: recall@5 and @10 by words, by meaning, fused; answers of SmolLM2 with it.
// usage: npm run bench -- memory [PEOPLE] [ANSWERS]   people with 40 sessions each; questions of each kind that the model answers. Wants `npm run weights -- minilm smollm2`.
import {openLlamaEmbedder} from '@essence/core/llm/llama/embedding/llama-embedder'
import {openLlama} from '@essence/core/llm/llama/llama'
import {openMemory} from '@essence/core/memory/memory'
import type {Recollection} from '@essence/core/memory/port'
import {recollect} from '@essence/core/memory/recall'
import {openStore} from '@essence/core/store/open'
import {miniLM, smolLM2} from '../test/weights/published.ts'
import {benchFolder, compare, median, quantile, timed} from './harness.ts'
import {makePerson, type Person, type Question, questionKinds} from './memory/set.ts'

/** Of the evidence, fused, within 10; ms of one recall of a person with 20,000 messages are told, not held to a goal. */
const goal = 0.8
const people = Array.from({length: Number(process.argv[2] ?? 10)}, (_, index) => makePerson(index + 1))
const answersPerKind = Number(process.argv[3] ?? 10)
if (miniLM.missing) {
  console.log(`left out${miniLM.missing}`)
  process.exit()
}

const store = await openStore({dataDir: benchFolder()})
const embedder = await openLlamaEmbedder({modelPath: miniLM.path, device: {backend: 'cpu', index: 0}, threads: 1})
let clock = new Date()
const memory = openMemory({store, now: () => clock})
const placeOf = ({speaker}: Person) => ({speaker, session: 'now'})
const stored = await timed(async () => {
  for (const person of people)
    for (const [index, {at, exchanges}] of person.sessions.entries())
      for (const [turn, exchange] of exchanges.entries()) {
        clock = new Date(at.getTime() + turn * 60_000)
        await (await memory.open({speaker: person.speaker, session: `${index}`})).add(exchange)
      }
})
clock = new Date(clock.getTime() + 86_400_000)
const embedding = openMemory({store, embedder, now: () => clock})
const embedded = await timed(() => embedding.settle())
const {rows} = (await store.db.execute('select count(*)::int as count from messages')) as unknown as {
  rows: {count: number}[]
}
const count = rows[0]?.count ?? 0
console.log(
  `${people.length} people, ${count} messages: stored in ${(stored.ms / (count / 2)).toFixed(1)} ms an exchange, vectors in ${(embedded.ms / count).toFixed(1)} ms a message (1 thread)`,
)

type Mode = 'words' | 'meaning' | 'fused'
const modes: Mode[] = ['words', 'meaning', 'fused']
const vectors = new Map<string, Float32Array>()
const find = async (person: Person, question: Question, mode: Mode): Promise<Recollection[]> => {
  const values = vectors.get(question.text) ?? (await embedder.embed([question.text], {as: 'query'}))[0]
  if (!values) throw new Error('The embedder gave nothing.')
  vectors.set(question.text, values)
  return recollect(store.db, store.cipher, {
    speaker: person.speaker,
    text: mode === 'meaning' ? '' : question.text,
    vector: mode === 'words' ? undefined : {values, model: embedder.model},
    limit: 10,
  })
}
const has = (found: Recollection[], value: string): boolean => found.some(({text}) => text.includes(value))

interface Result {
  kind: Question['kind']
  mode: Mode
  at5: number
  at10: number
  /** Of changed facts: the newer one stands before the older one. */
  isNewerFirst: boolean
}
const results: Result[] = []
const shareOf = (found: Recollection[], {evidence}: Question): number =>
  evidence.filter(value => has(found, value)).length / evidence.length
for (const person of people)
  for (const question of person.questions.filter(({evidence}) => evidence.length > 0))
    for (const mode of modes) {
      const found = await find(person, question, mode)
      const rankOf = (value = ''): number => found.findIndex(({text}) => value !== '' && text.includes(value))
      const [newer, older] = [rankOf(question.evidence[0]), rankOf(question.outdated)]
      results.push({
        kind: question.kind,
        mode,
        at5: shareOf(found.slice(0, 5), question),
        at10: shareOf(found, question),
        isNewerFirst: newer >= 0 && (older < 0 || newer < older),
      })
    }

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
console.log('\nrecall@5 / recall@10   by words      by meaning    fused')
for (const kind of questionKinds.filter(each => each !== 'never said')) {
  const cells = modes.map(mode => {
    const own = results.filter(result => result.kind === kind && result.mode === mode)
    return `${mean(own.map(({at5}) => at5)).toFixed(2)} / ${mean(own.map(({at10}) => at10)).toFixed(2)}`
  })
  console.log(`${kind.padEnd(22)} ${cells.map(cell => cell.padEnd(13)).join(' ')}`)
}
const changedResults = results.filter(({kind, mode}) => kind === 'changed facts' && mode === 'fused')
console.log(
  `changed facts, fused: the newer before the older in ${mean(changedResults.map(({isNewerFirst}) => Number(isNewerFirst))).toFixed(2)}`,
)
const fused = results.filter(({mode}) => mode === 'fused')

/** One person with so many messages that exact search has something to do. */
const many = 20_000
await store.db.execute(`
  with made as (insert into conversations (speaker, session) values ('many', 's') returning id),
  shape as (select array_agg(embedding) as vectors, array_agg(content) as texts from (select embedding, content from messages limit 4000) as sample)
  insert into messages (conversation_id, speaker, ordinal, role, content, words, embedding, embedding_model)
  select made.id, 'many', n, 'user', content, to_tsvector('simple', content), vectors[1 + n % array_length(vectors, 1)], '${embedder.model}'
  from made, shape, generate_series(1, ${many}) as n, lateral (select texts[1 + n % array_length(texts, 1)] || ' ' || n as content) as said`)
const timesOf = async (speaker: string): Promise<number[]> => {
  const times: number[] = []
  for (const {text} of people[0]?.questions ?? [])
    times.push((await timed(() => embedding.recall({speaker, session: 'now'}, text))).ms)
  return times
}
await timesOf('many')
for (const [whose, speaker] of [
  [`${Math.round(count / people.length)} messages`, people[0]?.speaker ?? ''],
  [`${many} messages`, 'many'],
] as const) {
  const times = await timesOf(speaker)
  console.log(
    `recall of a person with ${whose}, question embedded: p50 ${median(times).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`,
  )
}

if (!smolLM2.missing && answersPerKind > 0) {
  const llm = await openLlama({
    modelPath: smolLM2.path,
    device: {backend: 'cpu', index: 0},
    threads: 1,
    contextTokens: 2048,
    conversations: 1,
  })
  console.log('\nanswers of SmolLM2-135M   right   of those whose text was in the prompt')
  for (const kind of questionKinds) {
    const asked = people.flatMap(person =>
      person.questions.filter(each => each.kind === kind).map(question => ({person, question})),
    )
    const step = Math.max(1, Math.floor(asked.length / answersPerKind))
    const sample = asked.filter((_, index) => index % step === 0).slice(0, answersPerKind)
    const outcomes: {right: boolean; given: boolean}[] = []
    for (const {person, question} of sample) {
      const found = await embedding.recall(placeOf(person), question.text, {limit: 5})
      const notes = found.map(
        ({at, role, text}) => `${at.toISOString().slice(0, 10)} ${role === 'user' ? 'I said' : 'you said'}: ${text}`,
      )
      let answer = ''
      const prompt = `Notes of what was said earlier:\n${notes.join('\n')}\n\nAnswer in one short sentence by these notes; if they do not tell, say "I don't know". ${question.text}`
      for await (const delta of llm.chat([{role: 'user', content: prompt}], {temperature: 0, maxTokens: 48}))
        if (delta.kind === 'answer') answer += delta.text
      const said = answer.toLowerCase()
      const right =
        kind === 'never said'
          ? /don['’]t know|not know|do not tell|don['’]t tell|no information|not mention/.test(said)
          : question.answers.some(value => said.includes(value.toLowerCase()))
      outcomes.push({right, given: question.evidence.every(value => has(found, value))})
    }
    const given = outcomes.filter(outcome => outcome.given)
    const shareRight = (of: {right: boolean}[]): string => `${of.filter(({right}) => right).length} of ${of.length}`
    console.log(
      `${kind.padEnd(25)} ${shareRight(outcomes).padEnd(9)} ${kind === 'never said' ? '-' : shareRight(given)}`,
    )
  }
  await llm.close()
}
compare('evidence found within 10, fused, all kinds', mean(fused.map(({at10}) => at10)), {atLeast: goal})
await embedding.close()
await memory.close()
await embedder.close()
await store.close()
