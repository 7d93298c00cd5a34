import {readAudio} from '../audio/decode/decode.ts'
import {encodeToBytes} from '../audio/encode/encode.ts'
import {defined} from '../kit/defined.ts'
import type {TurnEngines} from '../voice/turn-context.ts'

/** A phrase that every recogniser gets right, the test recogniser too. */
const phrase = 'what time is it'

/** An answer is followed no longer than this, in ms: a slow model that thinks must not hold up the start for minutes. */
const answerLimitMs = 3000

export interface LiveCheck {
  said: string
  heard: string
  /** The answer, or its beginning. */
  answered: string
  /** ms of each step, encoding and decoding of the voice note within `synthesizeMs`. */
  synthesizeMs: number
  recognizeMs: number
  answerMs: number
}

/**
 * Speaks a phrase into a voice note, listens to that and answers it, and says how long each step took.
 * It proves that the engines run; what was heard is reported, not judged: a recogniser for people may hear a synthetic
 * voice a little differently.
 * @throws what the engines throw
 */
export const liveCheck = async ({stt, assistant, tts}: TurnEngines, signal?: AbortSignal): Promise<LiveCheck> => {
  const cancel = defined({signal})
  const started = performance.now()
  const voiceNote = await encodeToBytes(tts.synthesize(phrase, cancel), 'ogg', cancel)
  const audio = await readAudio({bytes: voiceNote}, cancel)
  const spoken = performance.now()
  const transcript = await stt.recognize(audio, {language: 'en', ...cancel})
  const heard = performance.now()
  const session = 'live-check'
  let answered = ''
  const request = {speaker: session, session, text: transcript.text || phrase, language: 'en', ...cancel}
  for await (const delta of assistant.reply(request)) {
    if (delta.kind === 'answer') answered += delta.text
    if (performance.now() - heard > answerLimitMs) break
  }
  const done = performance.now()
  await assistant.forget(session)
  return {
    said: phrase,
    heard: transcript.text,
    answered: answered.trim(),
    synthesizeMs: Math.round(spoken - started),
    recognizeMs: Math.round(heard - spoken),
    answerMs: Math.round(done - heard),
  }
}
