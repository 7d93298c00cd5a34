import {mockReply} from '../../assistant/mock.ts'
import {readAudio} from '../../audio/decode/decode.ts'
import {encodeToBytes} from '../../audio/encode/encode.ts'
import type {Phrase} from '../../datasets/phrase.ts'
import {isEssenceError, messageOf, throwIfCancelled} from '../../kit/errors.ts'
import {one} from '../../kit/flow/iterate.ts'
import type {SpeechToText} from '../../stt/port.ts'
import type {TextToSpeech} from '../../tts/port.ts'
import {askGatewayInTurn, type GatewayTurn} from './gateway-client.ts'
import {isSameSound, soundFault} from './sound-faults.ts'

/** What a round trip goes through. */
export interface RoundTripPath {
  tts: TextToSpeech
  stt: SpeechToText
  /** Its address now. */
  gateway: () => string
  language: string
  voice?: string | undefined
}

/** What came of one phrase. */
export interface Trip {
  phrase: Phrase
  /** What the gateway heard of the phrase; absent where it did not get that far. */
  input?: {said: string; heard: string}
  /** What was heard of the gateway's answer. */
  output?: {said: string; heard: string}
  /** Why there is no result. */
  failure?: string
  /** ms by stage. */
  times: Record<string, number>
  /** Files of sound as they were sent and heard. */
  audio: {input?: Uint8Array; output?: Uint8Array}
}

/** ms a turn may take, waiting for others included. */
const turnLimitMs = 300_000

/** Hz of what is sent and heard. */
const sampleRate = 16_000

/**
 * Text → synthesis → audio → gateway → audio → recognition → text, for one phrase. What goes wrong is its result: nothing stands in for a
 * piece that is missing. A phrase with a recording is not spoken: the recording is sent.
 * @throws CANCELLED
 */
export const roundTrip = async (phrase: Phrase, path: RoundTripPath, signal: AbortSignal): Promise<Trip> => {
  const trip: Trip = {phrase, times: {}, audio: {}}
  const began = performance.now()
  try {
    await travel(trip, path, AbortSignal.any([signal, AbortSignal.timeout(turnLimitMs)]))
  } catch (error) {
    throwIfCancelled(signal)
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    trip.failure = timedOut ? `no answer within ${turnLimitMs / 1000} s` : messageOf(error)
  }
  trip.times['total'] = since(began)
  return trip
}

/** Adds to the trip as it goes. @throws what a stage throws, and what is wrong with what came of it */
const travel = async (trip: Trip, path: RoundTripPath, signal: AbortSignal): Promise<void> => {
  const {phrase, times, audio} = trip
  const {stt, language} = path
  const spoken =
    phrase.audio === undefined ? await speak(trip, path, signal) : await readAudio({path: phrase.audio}, {signal})
  const fault = soundFault(spoken)
  if (fault) throw new Error(`${phrase.audio === undefined ? 'synthesis' : phrase.audio} gave ${fault}`)
  // As a voice message comes: Ogg Opus.
  audio.input = await encodeToBytes(one({pcm: spoken, sampleRate}), 'ogg', {signal})
  const asked = performance.now()
  const body = {audio: new Uint8Array(audio.input), type: 'audio/ogg'}
  const request = () => ({gateway: path.gateway(), body, language, voice: path.voice, signal})
  const turn = await askGatewayInTurn(request).catch(error => {
    // Sound in which nothing is heard is a result: all its words are wrong.
    if (isEssenceError(error) && error.code === 'NO_SPEECH') trip.input = {said: phrase.text, heard: ''}
    throw error
  })
  times['gateway'] = since(asked)
  // The stages of its turn, as it took them: "gateway stt" of `sttMs`.
  for (const [stage, ms] of Object.entries(turn.times)) times[`gateway ${stage.replace(/Ms$/, '')}`] = ms
  trip.input = {said: phrase.text, heard: turn.heard}
  if (turn.pcm.length > 0) audio.output = await encodeToBytes(one({pcm: turn.pcm, sampleRate}), 'ogg', {signal})
  const wrong = answerFault(turn, spoken)
  if (wrong) throw new Error(`the gateway ${wrong}`)
  const began = performance.now()
  const {text} = await stt.recognize(turn.pcm, {language, signal})
  times['recognition'] = since(began)
  trip.output = {said: turn.spoken, heard: text}
}

const speak = async ({phrase, times}: Trip, {tts, voice, language}: RoundTripPath, signal: AbortSignal) => {
  const began = performance.now()
  const chunks = tts.synthesize(phrase.text, {voice, language: voice === undefined ? language : undefined, signal})
  // Decoded from a file, so that it has the recogniser's sample rate.
  const bytes = await encodeToBytes(chunks, 'wav', {signal}).catch(error => {
    if (isEssenceError(error) && error.code === 'AUDIO_EMPTY') throw new Error('synthesis gave no audio')
    throw error
  })
  times['synthesis'] = since(began)
  return readAudio({bytes}, {signal})
}

/** What is wrong with an answer, before its sound is heard. */
const answerFault = (turn: GatewayTurn, sent: Float32Array): string | undefined => {
  if (turn.answer !== mockReply(turn.heard))
    return `answered "${turn.answer.slice(0, 80)}", expected "${mockReply(turn.heard).slice(0, 80)}" of the stand-in`
  const fault = soundFault(turn.pcm)
  if (fault) return `answered with ${fault}`
  return isSameSound(turn.pcm, sent) ? 'sent back the audio that it was sent' : undefined
}

const since = (moment: number): number => Math.round(performance.now() - moment)
