import {recordedTurn, turnFailure} from '@essence/core/channel/recorded-turn'
import type {Engines} from '@essence/core/engines/open'
import {startingWith} from '@essence/core/kit/flow/iterate'
import type {ChatDelta, LanguageModel} from '@essence/core/llm/port'
import type {FastifyReply, FastifyRequest} from 'fastify'
import {assertAllowed, speakerOf} from '../door/callers.ts'
import type {GatewayContext} from '../door/context.ts'
import {untilGone} from '../door/gone.ts'
import {type Asked, keyOf, nameOf, utteranceOf} from './asked.ts'
import {namedModel} from './models.ts'

const never = new AbortController().signal

/** Aborts when the client has gone, unless its answer is kept for when it asks again. */
export const wantedBy = ({recording}: FastifyRequest, {raw}: FastifyReply): AbortSignal =>
  recording ? never : untilGone(raw)

/** An answer that has begun: what could have been refused was not. */
export interface Begun {
  /** Ends with `end`. Leaving it early ends the generation. */
  deltas: AsyncGenerator<ChatDelta>
  /** Counts the tokens of thoughts. */
  thoughtTokens: (thought: string) => Promise<number>
}

/**
 * Asks the bare model, or June, in the person's turn.
 * @throws MODEL_UNKNOWN, NOT_ALLOWED, USAGE, CONTEXT_FULL, ENGINE_BUSY, CANCELLED, and what the model throws before its first word
 */
export const begin = async (
  asked: Asked,
  {caller}: Pick<FastifyRequest, 'caller'>,
  context: GatewayContext,
  signal: AbortSignal,
): Promise<Begun> => {
  const engines = await context.engines(signal)
  const {kind} = namedModel(engines, asked.model, {kinds: ['chat', 'june'], aliases: context.modelAliases})
  assertAllowed(caller, kind === 'june' ? 'conversations.write' : 'service.inference')
  const {model} = engines
  const speaker = speakerOf(caller)
  const answer =
    kind === 'june'
      ? juneAnswers(asked, engines, speaker, context)
      : modelAnswers(asked, model as LanguageModel, speaker)
  const deltas = inTurn(answer, speaker, context, signal)
  const first = await deltas.next()
  return {
    deltas: first.done ? deltas : (startingWith(first.value, deltas) as AsyncGenerator<ChatDelta>),
    thoughtTokens: async thought => (model && thought !== '' ? countOf(model, thought) : 0),
  }
}

type Answer = (signal: AbortSignal) => AsyncIterable<ChatDelta>

async function* inTurn(
  answer: Answer,
  speaker: string,
  {turns}: GatewayContext,
  wanted: AbortSignal,
): AsyncGenerator<ChatDelta> {
  const {signal, release} = await turns.take(speaker, {signal: wanted})
  try {
    yield* answer(signal)
  } catch (error) {
    throw turnFailure(error, signal)
  } finally {
    release()
  }
}

/** Requests of one conversation begin alike: by that they find what was computed for the last one; never what was for another person. */
const modelAnswers = (asked: Asked, model: LanguageModel, speaker: string): Answer => {
  const {messages, options} = asked
  const [opening] = messages
  const conversation = keyOf(speaker, opening?.role === 'system' ? opening.content : '', nameOf(asked))
  return signal => model.chat(messages, {...options, conversation, signal})
}

const juneAnswers = (asked: Asked, engines: Engines, speaker: string, {record, language}: GatewayContext): Answer => {
  const text = utteranceOf(asked)
  const session = `openai:${keyOf(nameOf(asked))}`
  const {maxTokens, temperature, topP, topK, repetitionPenalty, stopSequences, seed} = asked.options
  const sampling = {maxTokens, temperature, topP, topK, repetitionPenalty, stopSequences, seed}
  return async function* (signal) {
    const turn = {speaker, session, input: {text}, language, speak: false, sampling}
    for await (const event of recordedTurn(turn, engines, {...record, signal})) {
      if (event.type === 'thought') yield {kind: 'thought', text: event.text}
      if (event.type === 'delta') yield {kind: 'answer', text: event.text}
      if (event.type !== 'done') continue
      const {finish = 'stop', usage = none} = event.model ?? {}
      yield {kind: 'end', text: '', finish: finish === 'length' ? 'length' : 'stop', usage}
    }
  }
}

/** Where no model answered. */
const none = {promptTokens: 0, completionTokens: 0, cachedTokens: 0, tokensPerSecond: 0}

/** As the model itself counts: with a message, without it. */
const countOf = async (model: LanguageModel, text: string): Promise<number> => {
  const tokens = (content: string) => model.countTokens([{role: 'user', content}])
  return Math.max(1, (await tokens(text)) - (await tokens('.')) + 1)
}
