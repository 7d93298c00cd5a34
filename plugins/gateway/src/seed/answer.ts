import {randomUUID} from 'node:crypto'
import type {Caller} from '@essence/core/access/port'
import {recordedTurn} from '@essence/core/channel/recorded-turn'
import type {Engines} from '@essence/core/engines/open'
import {EssenceError} from '@essence/core/kit/errors'
import type {VoiceTurn} from '@essence/core/voice/events'
import {assertAllowed, speakerOf} from '../door/callers.ts'
import type {GatewayContext} from '../door/context.ts'
import {sessionOf} from '../page/turn-request.ts'
import type {Asked} from './client-message.ts'
import {audioMessageOf, type ServerMessage, Speech, stamped, written} from './server-message.ts'

export interface Answering {
  caller: Caller
  signal: AbortSignal
  context: GatewayContext
}

/**
 * Answers one message: `transcription` where it was spoken, `response`, `audio_response` where the answer is spoken. With `stream`, before
 * those, `status`, `delta`, and the speech sentence by sentence.
 * @throws NOT_ALLOWED, what waiting for a place, for the engines, and the turn throw
 */
export async function* answer(asked: Asked, {caller, signal: gone, context}: Answering): AsyncGenerator<ServerMessage> {
  const status = (name: string, more: {before?: number} = {}): ServerMessage[] =>
    asked.stream ? [stamped({type: 'status', status: name, ...more})] : []
  assertAllowed(caller, asked.type === 'tts_request' ? 'service.tts' : 'conversations.write')
  context.turns.assertRoom(speakerOf(caller))
  const engines = await context.engines(gone)
  const waiting = context.turns.enter(speakerOf(caller), gone)
  let step = await waiting.next()
  for (; !step.done; step = await waiting.next()) yield* status('waiting', {before: step.value})
  const {signal, release} = step.value
  try {
    let sound: ServerMessage | undefined
    if (asked.type === 'tts_request') {
      yield* status('speaking')
      const speech = await spoken(asked.text, engines, {...asked, signal})
      sound = audioMessageOf(speech, written(asked.text))
    } else {
      yield* status(asked.type === 'audio' ? 'listening' : 'thinking')
      sound = yield* answerTurn(asked, engines, {caller, signal, context})
    }
    // It is long, and its client may be slow: others need not wait for that.
    release()
    if (sound) yield sound
  } finally {
    release()
  }
}

type ToAnswer = Exclude<Asked, {type: 'tts_request'}>

const turnOf = (asked: ToAnswer, caller: Caller, usual: string | undefined): VoiceTurn => ({
  speaker: speakerOf(caller),
  session: sessionOf(asked.conversation ?? randomUUID()),
  input: asked.type === 'text' ? {text: asked.text} : {audio: {bytes: asked.audio}},
  language: asked.language ?? usual,
  voice: asked.voice,
  speak: asked.speak ?? asked.type === 'audio',
})

/** @returns the speech as a whole, where it was not streamed */
async function* answerTurn(
  asked: ToAnswer,
  engines: Engines,
  {caller, signal, context}: Answering,
): AsyncGenerator<ServerMessage, ServerMessage | undefined> {
  const {stream, conversation = randomUUID()} = asked
  const turn = turnOf({...asked, conversation}, caller, context.language)
  const named = (message: ServerMessage): ServerMessage => ({...message, conversation_id: conversation})
  const {record, leadInMs, maxAudioMs, maxAudioBytes} = context
  const options = {...record, signal, maxAudioMs, maxAudioBytes, leadInMs: stream ? leadInMs : undefined}
  const whole = new Speech()
  let stage = ''
  for await (const event of recordedTurn(turn, engines, options)) {
    const next = stages[event.type]
    if (stream && next && next !== stage) {
      stage = next
      yield named(stamped({type: 'status', status: stage}))
    }
    switch (event.type) {
      case 'transcript': {
        const {text, language, confidence = null} = event.transcript
        yield named(stamped({type: 'transcription', ...written(text), confidence, language}))
        break
      }
      case 'delta':
        if (stream) yield named(stamped({type: 'delta', ...written(event.text)}))
        break
      case 'speech':
      case 'leadIn': {
        const piece = stream ? new Speech() : whole
        piece.push(event)
        if (!stream || piece.isSilent) break
        yield named(audioMessageOf(piece, event.type === 'speech' ? {index: event.index} : {lead_in: true}))
        break
      }
      case 'speechFailed':
        yield named(stamped({type: 'error', code: event.code, message: event.message, suggestions: event.suggestions}))
        break
      case 'done':
        yield named(stamped({type: 'response', ...written(event.text.trim())}))
    }
  }
  return whole.isSilent ? undefined : named(audioMessageOf(whole))
}

/** What June begins with an event, told with `stream`. */
const stages: Record<string, string> = {transcript: 'thinking', speech: 'speaking', leadIn: 'speaking'}

/** @throws what synthesis throws, USAGE (nothing to speak), AUDIO_TOO_LONG */
export const spoken = async (
  text: string,
  {tts}: Pick<Engines, 'tts'>,
  options: {voice?: string | undefined; language?: string | undefined; signal: AbortSignal},
): Promise<Speech> => {
  const speech = new Speech()
  const {voice, language, signal} = options
  for await (const chunk of tts.synthesize(text, {
    voice,
    language: language === 'auto' ? undefined : language,
    signal,
  })) {
    if (!speech.push(chunk)) {
      throw new EssenceError('AUDIO_TOO_LONG', 'The text takes more than 10 minutes to speak.', {
        suggestions: ['Send it in parts.'],
      })
    }
  }
  if (speech.isSilent) throw new EssenceError('USAGE', 'There is nothing in the text that can be spoken.')
  return speech
}
