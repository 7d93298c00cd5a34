// What the whole mind takes beside its models: memory, documents, tools, the embedded database; SmolLM2 and MiniLM. Arguments: [TURNS]
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {Worker} from 'node:worker_threads'
import {chatAssistant, openingOf} from '@essence/core/assistant/chat-assistant'
import {openFastPath} from '@essence/core/assistant/fast-path/fast-path'
import {readConfig} from '@essence/core/config/read'
import {openParts} from '@essence/core/engines/mind/parts'
import type {Embedder} from '@essence/core/llm/embedding-port'
import {openLlamaEmbedder} from '@essence/core/llm/llama/embedding/llama-embedder'
import {openLlama} from '@essence/core/llm/llama/llama'
import type {ChatDelta, LanguageModel} from '@essence/core/llm/port'
import {openStore} from '@essence/core/store/open'
import {miniLM, smolLM2} from '../test/weights/published.ts'
import {benchFolder, compare, median, quantile} from './harness.ts'

const turns = Number(process.argv[2] ?? 40)
for (const {missing} of [smolLM2, miniLM]) if (missing) throw new Error(missing)

/** A mind over models, with a database of its own, as `openMind` makes it. @param read whether it has read documents */
const openMind = async (llm: LanguageModel, embedder: Embedder, read = true) => {
  const folder = benchFolder()
  const {settings} = await readConfig({env: {JUNE_DATA_DIR: folder, MODEL_CACHE_DIR: folder, ENV_SH: '/dev/null'}})
  const store = await openStore({dataDir: folder})
  const closers: (() => Promise<void>)[] = [() => store.close(), () => embedder.close(), () => llm.close()]
  const {memory, documents, reminders, toolbox} = await openParts({
    // Without a model for what is concluded in idle time, which would take the processor from the turns.
    ...{settings, store, embedder, llm: undefined, log: undefined, signal: undefined},
    later: opened => {
      closers.push(() => opened.close())
      return opened
    },
  })
  // Short parts, so that the prompts are: reading them is the model's time.
  const log = Array.from({length: 40}, (_, day) => `# Day ${day}\n\nThe keeper saw ${day} ships.`).join('\n\n')
  if (read) await documents?.add({name: 'log.md', bytes: Buffer.from(log)})
  await documents?.settle()
  const fastPath = openFastPath({memory, reminders, toolbox, timeZone: 'UTC'})
  const sampling = {temperature: 0, maxTokens: 16}
  const assistant = chatAssistant(llm, {memory, documents, toolbox, fastPath, sampling})
  return {
    /** ms of a turn: until the first piece, in all, and of CPU time of the process. */
    ask: async (text: string): Promise<{firstMs: number; ms: number; cpuMs: number}> => {
      const [began, cpu] = [performance.now(), process.cpuUsage()]
      let first = 0
      for await (const _delta of assistant.reply({speaker: 'bench', session: 'bench', text, language: 'en'}))
        first ||= performance.now()
      const ms = performance.now() - began
      const {user, system} = process.cpuUsage(cpu)
      // What is made in idle time is no part of the next turn.
      await memory?.settle()
      return {firstMs: first === 0 ? ms : first - began, ms, cpuMs: (user + system) / 1000}
    },
    close: async () => {
      for (const close of closers.toReversed()) await close()
    },
  }
}
const topics = ['the sea', 'ships', 'storms', 'whales', 'the lighthouse', 'fishing', 'islands', 'birds']
const question = (turn: number): string =>
  `What would you tell me about ${topics[turn % topics.length]} on day ${turn}?`

/** Models that take no time: what a turn takes then is the mind's own. */
const instantModel = (real: LanguageModel): LanguageModel => ({
  ...real,
  countTokens: async messages => messages.reduce((sum, {content}) => sum + content.length, 0) / 4,
  async *chat(): AsyncGenerator<ChatDelta> {
    for (let token = 0; token < 16; token++) yield {kind: 'answer', text: ` word${token}`}
    const usage = {promptTokens: 1, completionTokens: 16, cachedTokens: 0, tokensPerSecond: 0}
    yield {kind: 'end', text: '', finish: 'stop', usage}
  },
  close: async () => {},
})
const instantEmbedder = (real: Embedder): Embedder => ({
  ...real,
  embed: async texts =>
    texts.map(text => Float32Array.from({length: real.dimension}, (_, at) => Math.sin(at + text.length))),
  close: async () => {},
})
const device = {backend: 'cpu'} as const
const llm = await openLlama({modelPath: smolLM2.path, threads: 1, device, contextTokens: 4096})
const embedder = await openLlamaEmbedder({modelPath: miniLM.path, threads: 1, device})
await llm.prepare({messages: openingOf()})

/** Turns with models that take no time. */
const ownTurns = async (read: boolean) => {
  const own = await openMind(instantModel(llm), instantEmbedder(embedder), read)
  for (let turn = 0; turn < 20; turn++) await own.ask(question(turn))
  const asked = []
  for (let turn = 0; turn < 100; turn++) asked.push(await own.ask(question(turn)))
  await own.close()
  return asked
}
const [withDocuments, without] = [await ownTurns(true), await ownTurns(false)]

/** Its event-loop delay is what the machine does to any thread. */
const idleThread = new Worker(
  `const {monitorEventLoopDelay} = require('node:perf_hooks')
   const {parentPort} = require('node:worker_threads')
   const delays = monitorEventLoopDelay({resolution: 10})
   parentPort.on('message', what => what === 'begin' ? delays.enable() : parentPort.postMessage(delays.percentile(99) / 1e6))`,
  {eval: true},
)
const whole = await openMind(llm, embedder)
for (let turn = 0; turn < 3; turn++) await whole.ask(question(turn))
const delays = monitorEventLoopDelay({resolution: 10})
delays.enable()
idleThread.postMessage('begin')
const wholeTurns = []
for (let turn = 0; turn < turns; turn++) wholeTurns.push(await whole.ask(question(turn + 3)))
delays.disable()
const idleDelay = await new Promise<number>(resolve => {
  idleThread.once('message', resolve)
  idleThread.postMessage('end')
})
await idleThread.terminate()
const quick = ['what time is it', 'what is two plus three', 'set a timer for ten minutes', 'volume five', 'repeat that']
const quickMs: number[] = []
for (let round = 0; round < 6; round++) for (const phrase of quick) quickMs.push((await whole.ask(phrase)).ms)
await whole.close()

const of = (figures: number[]): string =>
  `${median(figures).toFixed(1)} ms (p10 ${quantile(figures, 0.1).toFixed(1)}, p95 ${quantile(figures, 0.95).toFixed(1)})`
console.log(`${turns} turns with real models: ${of(wholeTurns.map(({ms}) => ms))}`)
for (const [what, asked] of Object.entries({'with documents': withDocuments, 'without documents': without})) {
  const firsts = asked.map(({firstMs}) => firstMs)
  console.log(
    `${what}, own part: CPU time of all threads ${of(asked.map(({cpuMs}) => cpuMs))}, first piece ${of(firsts)}`,
  )
  compare(`${what}, own part until the first piece, median`, median(firsts), {atMost: 10, unit: 'ms', digits: 1})
}
console.log(`event-loop delay of a thread that does nothing, p99: ${idleDelay.toFixed(1)} ms`)
compare('event-loop delay, p99', delays.percentile(99) / 1e6, {atMost: 20, unit: 'ms', digits: 1})
compare('fast path, p95', quantile(quickMs, 0.95), {atMost: 400, unit: 'ms', digits: 1})
