import {defined} from '../kit/defined.ts'
import {EssenceError, isEssenceError, messageOf} from '../kit/errors.ts'
import {Channel} from '../kit/flow/channel.ts'
import {sentenceChunker} from '../text/sentence-chunker.ts'
import {sentenceLanguage} from '../text/sentence-language.ts'
import type {AnswerEnd, TurnEvent, TurnTimes} from './events.ts'
import {leadIn} from './lead-in.ts'
import {merge} from './merge.ts'
import {speechTextStream} from './speech-text.ts'
import type {TurnContext} from './turn-context.ts'

/** Characters after which the first sentence may be spoken up to a comma: the voice begins sooner, in talk sooner still. */
const minFirstChunkLength = {message: 30, talk: 12}

/** Made once: a trace of the stack for every sentence tells nobody anything. */
const there = new EssenceError('CANCELLED', 'The answer has begun.')

interface Sentence {
  index: number
  speech: string
}

interface Answer {
  text: string
  audioMs: number
  end: AnswerEnd
}

/** The second half of a turn: the assistant writes, and its sentences are spoken as they become complete. */
export async function* answerAloud(
  text: string,
  language: string | undefined,
  context: TurnContext,
): AsyncGenerator<TurnEvent> {
  const {turn, times, since, started} = context
  const answer: Answer = {text: '', audioMs: 0, end: {}}
  // Without a bound: what is read must not wait for the voice, and one answer has only so many sentences.
  const sentences = new Channel<Sentence>(Number.POSITIVE_INFINITY)
  const begun = new AbortController()
  const writing = write(text, language, context, answer, sentences, begun)
  if (turn.speak === false) yield* writing
  // The lead-in stands first: where it is ready together with the answer, it comes before it.
  else yield* merge(leadIn(text, language, begun.signal, context), writing, speak(sentences, language, context, answer))
  yield {
    type: 'done',
    text: answer.text,
    audioMs: Math.round(answer.audioMs),
    times: rounded({...times, totalMs: since(started)}),
    ...defined(answer.end),
  }
}

const rounded = (times: TurnTimes): TurnTimes => {
  const ms = Object.entries(times).map(([stage, value]) => [stage, Math.round(value)])
  return Object.fromEntries(ms) as TurnTimes
}

/** What the assistant writes, cut into sentences, each also handed to the voice. */
async function* write(
  text: string,
  language: string | undefined,
  {turn, assistant, signal, times, now, since}: TurnContext,
  answer: Answer,
  sentences: Channel<Sentence>,
  begun: AbortController,
): AsyncGenerator<TurnEvent> {
  const chunker = sentenceChunker({minFirstChunkLength: minFirstChunkLength[turn.live ? 'talk' : 'message']})
  const spoken = speechTextStream()
  let index = 0
  function* one(chunk: string, speech: string): Generator<TurnEvent> {
    begun.abort(there)
    const sentence = {index: index++, speech}
    yield {type: 'sentence', text: chunk, ...sentence}
    // Only now, so that its speech cannot overtake it.
    void sentences.push(sentence)
  }
  function* complete(chunks: string[]): Generator<TurnEvent> {
    for (const chunk of chunks) yield* one(chunk, spoken.push(chunk))
  }
  try {
    const asked = now()
    const {
      speaker,
      session,
      channel,
      among,
      written = turn.speak === false,
      decision,
      documents,
      sampling,
      tools,
      live,
    } = turn
    const about = {speaker, session, text, language, channel, written}
    const request = {...about, among, decision, documents, sampling, tools, live, signal}
    for await (const delta of assistant.reply(request)) {
      const {finishReason, confirmation, sources, action, model, calls} = delta
      Object.assign(answer.end, defined({finishReason, confirmation, sources, action, model, calls}))
      if (delta.text === '') continue
      if (delta.kind === 'thought') {
        yield {type: 'thought', text: delta.text}
        continue
      }
      times.ttftMs ??= since(asked)
      answer.text += delta.text
      yield {type: 'delta', text: delta.text}
      yield* complete(chunker.push(delta.text))
    }
    times.llmMs = since(asked)
    const rest = chunker.flush()
    // The first words of what would have come again: nobody wants to hear them, unless there is nothing else.
    if (answer.end.finishReason === undefined || index === 0) yield* complete(rest)
    const held = spoken.end()
    if (held !== '') yield* one('', held)
  } finally {
    begun.abort(there)
    sentences.end()
  }
}

/** The sentences' speech, one after the other, each in the language it is in. @param asked the language of the question, where known */
async function* speak(
  sentences: Channel<Sentence>,
  asked: string | undefined,
  {turn, tts, signal, times, now, since, started}: TurnContext,
  answer: Answer,
): AsyncGenerator<TurnEvent> {
  const {voice, speed} = turn
  let language = asked
  let index = 0
  try {
    for await (const sentence of sentences) {
      if (sentence.speech === '') continue
      index = sentence.index
      language = sentenceLanguage(sentence.speech, language)
      let waiting = now()
      for await (const {pcm, sampleRate} of tts.synthesize(sentence.speech, {signal, voice, speed, language})) {
        times.ttsMs = (times.ttsMs ?? 0) + since(waiting)
        times.ttfaMs ??= since(started)
        answer.audioMs += (pcm.length / sampleRate) * 1000
        yield {type: 'speech', index, pcm, sampleRate}
        waiting = now()
      }
      times.ttsMs = (times.ttsMs ?? 0) + since(waiting)
    }
  } catch (error) {
    // What was aborted did not fail.
    if (signal.aborted) throw error
    yield {type: 'speechFailed', index, ...failureOf(error)}
  }
}

const failureOf = (error: unknown): Omit<Extract<TurnEvent, {type: 'speechFailed'}>, 'type' | 'index'> =>
  isEssenceError(error)
    ? {code: error.code, message: error.message, suggestions: error.suggestions}
    : {code: 'ENGINE_FAILED', message: `Speech synthesis failed: ${messageOf(error)}`, suggestions: []}
