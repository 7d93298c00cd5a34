import type {Floor} from '../floor.ts'
import {levelOf, type Utterance} from '../listening/utterance.ts'
import {isEchoOf, isNear} from './verdict.ts'

/** ms after her last sound within which June may be heard by the microphone. */
const echoTailMs = 1500

/** What was heard in a turn of the person. */
export interface HeardInTurn {
  words: readonly string[]
  utterance: Utterance
  /** ms of its sound. */
  soundMs: number
  /** ms of silence after it. */
  silenceMs: number
}

/** Whether a turn is June herself, as the microphone hears her. */
export const isOwnVoice = ({words, utterance, soundMs, silenceMs}: HeardInTurn, floor: Floor): boolean => {
  // No echo of hers lasts so long after her last sound: the person says again what she has said.
  if (floor.recentText(silenceMs + echoTailMs) === '') return false
  const mayAnswer = !floor.isTaken && isNear(levelOf(utterance), floor.personDb)
  return isEchoOf(words, floor.recentText(soundMs + echoTailMs), mayAnswer)
}
