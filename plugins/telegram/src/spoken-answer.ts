import {PassThrough} from 'node:stream'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {SpeechChunk} from '@essence/core/tts/port'
import type {TurnEvent, TurnTimes, VoiceTurn} from '@essence/core/voice/events'
import {runTurn, type TurnEngines} from '@essence/core/voice/turn'

export interface Answer {
  /** What June heard; empty for a text. */
  transcript: string
  text: string
  /** A voice note, OGG/Opus; absent when nothing was to be spoken or speaking failed. */
  voice?: {ogg: Uint8Array; seconds: number}
  times: TurnTimes
}

export interface AnswerOptions {
  signal: AbortSignal
  log: Log
  maxAudioMs?: number
  maxAudioBytes?: number
  onEvent?: (event: TurnEvent) => void
}

/**
 * Runs one turn and encodes what is spoken while it is being spoken. A voice that fails costs the voice, not the answer.
 * @throws what the turn throws, of listening and thinking
 */
export const answerTurn = async (turn: VoiceTurn, engines: TurnEngines, options: AnswerOptions): Promise<Answer> => {
  const {log, onEvent, ...turnOptions} = options
  const {signal} = turnOptions
  let voiceFailed = false
  const voiceFailure = (why: string): void => {
    voiceFailed = true
    if (!signal.aborted) log.error({why}, 'speaking failed; the answer goes out as text')
  }
  const speech = new PassThrough({objectMode: true})
  const encoding =
    turn.speak === false ? undefined : encodeToBytes(speech as AsyncIterable<SpeechChunk>, 'ogg', {signal})
  const encoded = encoding?.catch(error => {
    // Nothing to say is no failure.
    if (!(isEssenceError(error) && error.code === 'AUDIO_EMPTY')) voiceFailure(messageOf(error))
    return undefined
  })

  let transcript = ''
  let done: Extract<TurnEvent, {type: 'done'}> | undefined
  try {
    for await (const event of runTurn(turn, engines, turnOptions)) {
      if (event.type === 'transcript') transcript = event.transcript.text
      if (event.type === 'done') done = event
      if (event.type === 'speechFailed') voiceFailure(event.message)
      // The stream is gone once encoding failed.
      if (event.type === 'speech' && !speech.destroyed) speech.write({pcm: event.pcm, sampleRate: event.sampleRate})
      onEvent?.(event)
    }
  } finally {
    speech.end()
    await encoded
  }
  const ogg = await encoded
  const {text = '', audioMs = 0, times = {totalMs: 0}} = done ?? {}
  return {
    transcript,
    text: text.trim(),
    times,
    ...(ogg && audioMs > 0 && !voiceFailed ? {voice: {ogg, seconds: Math.ceil(audioMs / 1000)}} : {}),
  }
}
