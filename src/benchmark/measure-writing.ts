import {openingOf} from '../assistant/chat-assistant.ts'
import type {Assistant} from '../assistant/port.ts'
import {EssenceError} from '../kit/errors.ts'
import type {LanguageModel} from '../llm/port.ts'
import type {BenchReport} from '../report/bench-report.ts'
import {quantilesOf} from '../report/quantiles.ts'
import {longRequest} from './phrases.ts'
import {type RepeatOptions, repeat} from './repeat.ts'

type Writing = Pick<NonNullable<BenchReport['engines']['llm']>, 'runs' | 'ttft' | 'tokensPerSecond'>

/** What writes: a language model, or what stands in for one. */
export interface Writer {
  write(request: string, signal: AbortSignal): AsyncIterable<{text: string}>
  /** Tokens of a text. */
  count(text: string): Promise<number>
}

/** Tokens an answer may have, for a rate that settles. */
const answerTokens = 128

/** A language model that writes greedily: the same each time. Tokens are counted by its own tokenizer. */
export const modelWriter = (llm: LanguageModel, systemPrompt: string | undefined): Writer => ({
  write: (request, signal) =>
    llm.chat([...openingOf(systemPrompt), {role: 'user', content: request}], {
      ...{temperature: 0, seed: 1, maxTokens: answerTokens, signal},
      conversation: `bench: ${request}`,
    }),
  async count(text) {
    const tokens = (content: string): Promise<number> => llm.countTokens([{role: 'user', content}])
    // Without what the template puts around it.
    return (await tokens(`a ${text.trim()}`)) - (await tokens('a'))
  },
})

/** A stand-in has no tokens: its words count as such. */
export const assistantWriter = (assistant: Assistant): Writer => ({
  write: (text, signal) => assistant.reply({speaker: 'bench', session: `bench: ${text}`, text, signal}),
  count: async text => text.trim().split(/\s+/).length,
})

/**
 * Time to first token, and tokens a second after it. Each request begins otherwise, so that the model reads all of it but the system prompt.
 * @throws CANCELLED, ENGINE_FAILED where it writes nothing, and what it throws
 */
export const measureWriting = async (writer: Writer, options: RepeatOptions): Promise<Writing> => {
  const figures = await repeat(options, async index => {
    const began = performance.now()
    let [first, last, text] = [0, 0, '']
    let firstPiece = ''
    for await (const piece of writer.write(`${index + 1}. ${longRequest}`, options.signal)) {
      if (piece.text === '') continue
      last = performance.now()
      if (text === '') [first, firstPiece] = [last, piece.text]
      text += piece.text
    }
    if (text === '') throw new EssenceError('ENGINE_FAILED', 'The language model wrote nothing.')
    const tokens = (await writer.count(text)) - (await writer.count(firstPiece))
    // A single piece has no rate.
    return {ttft: first - began, rate: tokens > 0 && last > first ? tokens / ((last - first) / 1000) : undefined}
  })
  const rates = figures.flatMap(({rate}) => rate ?? [])
  const [ttft, tokensPerSecond] = [quantilesOf(figures.map(one => one.ttft)), quantilesOf(rates)]
  if (!ttft || !tokensPerSecond)
    throw new EssenceError('ENGINE_FAILED', 'The language model wrote only a word at a time: no rate was measured.')
  return {runs: rates.length, ttft, tokensPerSecond}
}
