// The language model against the bare binding, first and late turns against others, several conversations against one, by CPU time.
// npm run bench -- llm [MODEL.gguf]. One thread, and CPU time, so that the figures hold on a machine that does other things, too.
import {existsSync} from 'node:fs'
import {homedir} from 'node:os'
import {basename, join} from 'node:path'
import {openingOf} from '@essence/core/assistant/chat-assistant'
import {openLlama} from '@essence/core/llm/llama/llama'
import type {ChatMessage, TokenUsage} from '@essence/core/llm/port'
import {getLlama} from 'node-llama-cpp'
import {compare, median} from './harness.ts'

const weights = process.env['JUNE_WEIGHTS'] || join(homedir(), '.cache/june-weights')
const [modelPath = join(weights, 'llm/SmolLM2-135M-Instruct.Q4_1.gguf')] = process.argv.slice(2)
if (!existsSync(modelPath)) throw new Error(`There is no ${modelPath}; get it: npm run weights -- smollm2`)

const contextTokens = 8192
const opening = openingOf()
const llm = await openLlama({modelPath, threads: 1, device: {backend: 'cpu'}, contextTokens})
await llm.prepare({messages: opening})
const llama = await getLlama({gpu: false, build: 'never', skipDownload: true, maxThreads: 1})
const bareModel = await llama.loadModel({modelPath})
const bareContext = await bareModel.createContext({contextSize: contextTokens, threads: 1, flashAttention: false})
const bareSequence = bareContext.getSequence()

/** CPU time of this process, in ms. */
const cpuMs = (): number => {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}

interface Answer {
  text: string
  /** CPU time to the first piece, and from there to the end, in ms. */
  firstMs: number
  writingMs: number
  usage: TokenUsage
}

const ask = async (messages: ChatMessage[], conversation: string, maxTokens: number): Promise<Answer> => {
  const asked = cpuMs()
  let [first, text] = [0, '']
  for await (const delta of llm.chat(messages, {conversation, temperature: 0, maxTokens})) {
    first ||= cpuMs()
    text += delta.text
    if (delta.kind === 'end') return {text, firstMs: first - asked, writingMs: cpuMs() - first, usage: delta.usage}
  }
  throw new Error('The answer has no end.')
}

const anyTokens = bareModel.tokenize('The keeper of the lighthouse tells of the sea and of ships. '.repeat(500))

/** CPU time of a token of the binding alone, after the first one, as `ask` measures it, after a prompt as long. */
const bareCost = async (promptTokens: number, tokens: number): Promise<number> => {
  await bareSequence.clearHistory()
  let [written, first] = [0, 0]
  for await (const token of bareSequence.evaluate(anyTokens.slice(0, promptTokens), {temperature: 0})) {
    first ||= cpuMs()
    bareModel.detokenize([token])
    if (++written === tokens) break
  }
  return (cpuMs() - first) / (written - 1)
}

// A long answer, so that both write all of their tokens.
const long = 'Tell me a long story about a lighthouse keeper and the sea, with many details.'
const longTokens = 96
const story: ChatMessage[] = [{role: 'user', content: long}]

const decodeRatio = async (round: number): Promise<number> => {
  const bare = await bareCost(await llm.countTokens(story), longTokens)
  const {writingMs, usage} = await ask(story, `decode ${round}`, longTokens)
  return bare / (writingMs / (usage.completionTokens - 1))
}

/** Turns of one conversation, each with a question as long as the others. */
const talk = async (conversation: string, turns: number): Promise<Answer[]> => {
  const messages = [...opening]
  const answers: Answer[] = []
  for (let turn = 0; turn < turns; turn++) {
    const content = `What would you tell a child about the animal of day ${100 + turn}, in a few words?`
    messages.push({role: 'user', content})
    const answer = await ask(messages, conversation, 12)
    messages.push({role: 'assistant', content: answer.text || '.'})
    answers.push(answer)
  }
  return answers
}

/** CPU time for each token of the prompt that was new. */
const costOf = ({firstMs, usage}: Answer): number => firstMs / (usage.promptTokens - usage.cachedTokens)

const firstRatio = async (round: number): Promise<number> => {
  const [first, ...later] = await talk(`first ${round}`, 4)
  return first ? costOf(first) / median(later.map(costOf)) : Number.NaN
}

/** CPU time for each new token of a prompt, by the binding alone, where so many are there already. */
const bareReading = async (before: number, tokens: number): Promise<number> => {
  await bareSequence.clearHistory()
  await bareSequence.evaluateWithoutGeneratingNewTokens(anyTokens.slice(0, before))
  const began = cpuMs()
  await bareSequence.evaluateWithoutGeneratingNewTokens(anyTokens.slice(before, before + tokens))
  return (cpuMs() - began) / tokens
}

/** Turn 50 against turn 2, with some turns around each; and the same of the binding alone, for attention grows with the context. */
const lateRatios = async (): Promise<{own: number; bare: number}> => {
  const turns = await talk('late', 52)
  const [early, late] = [turns.slice(1, 6), turns.slice(47)]
  const bareOf = async (some: Answer[]): Promise<number> => {
    const figures: number[] = []
    for (const {usage} of some)
      figures.push(await bareReading(usage.cachedTokens, usage.promptTokens - usage.cachedTokens))
    return median(figures)
  }
  return {
    own: median(late.map(costOf)) / median(early.map(costOf)),
    bare: (await bareOf(late)) / (await bareOf(early)),
  }
}

const gainOfFour = async (round: number): Promise<number> => {
  const costPerToken = async (conversations: number): Promise<number> => {
    const began = cpuMs()
    const answers = await Promise.all(
      Array.from({length: conversations}, (_, i) => ask(story, `${conversations} ${round} ${i}`, longTokens)),
    )
    return (cpuMs() - began) / answers.reduce((sum, {usage}) => sum + usage.completionTokens, 0)
  }
  return (await costPerToken(1)) / (await costPerToken(4))
}

const medianOf = async (rounds: number, measure: (round: number) => Promise<number>): Promise<number> => {
  const figures: number[] = []
  for (let round = 0; round <= rounds; round++) figures.push(await measure(round))
  // The first one warms what it needs.
  return median(figures.slice(1))
}

console.log(`${basename(modelPath)}, one thread, CPU time`)
compare('decode, of the bare binding', await medianOf(5, decodeRatio), {atLeast: 0.95})
compare('first turn, of a later one, per new token', await medianOf(5, firstRatio), {atMost: 1.3})
const {own, bare} = await lateRatios()
console.log(`turn 50, of turn 2, per new token: ${own.toFixed(2)}; of the bare binding: ${bare.toFixed(2)}`)
compare('the first of the second', own / bare, {atMost: 1.3})
compare('tokens of 4 conversations at once, of one, per CPU time', await medianOf(3, gainOfFour), {atLeast: 2})

await llm.close()
await llama.dispose()
