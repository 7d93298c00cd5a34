import {deflateSync} from 'node:zlib'
import type {Decoded} from './decode.ts'

// OpenAI's thresholds (transcribe.py).

/** Text that says the same again and again is smaller than this part of itself when compressed. */
const compressionLimit = 2.4
const logProbabilityLimit = -1
const noSpeechLimit = 0.6

/** Temperatures of the fallback, tried one after the other while the result looks bad. */
export const temperatures = [0, 0.2, 0.4, 0.6, 0.8, 1]

/**
 * Whether it should be decoded again, at the next temperature.
 * @param text bytes of its tokens
 * @param full see `spansOf`: that such a text has no end is no fault of its
 */
export const needsFallback = (decoded: Decoded, text: Uint8Array, full: boolean): boolean => {
  // Silence does not get better the second time.
  if (isSilence(decoded)) return false
  if (!decoded.ended && !full) return true
  return decoded.averageLogProbability < logProbabilityLimit || compression(text) > compressionLimit
}

/** Whether the model itself holds it for no speech. */
const isSilence = ({noSpeech, averageLogProbability}: Decoded): boolean =>
  noSpeech > noSpeechLimit && averageLogProbability < logProbabilityLimit

const compression = (text: Uint8Array): number => (text.length === 0 ? 0 : text.length / deflateSync(text).length)

/** Letters of the shortest stretch that counts; people do say two or three short words again. */
const minRepeatedLetters = 12

/**
 * Whether a text says a sentence, or the end of one, twice in a row: what a model does that is shown less silence than it
 * was trained with. No other sign tells of it: the model is sure, and two rounds do not compress like a loop.
 */
export const saysTwice = (text: string): boolean => {
  const letters = text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')
  for (let apart = minRepeatedLetters; apart * 2 <= letters.length; apart++) {
    let same = 0
    for (let i = 0; i + apart < letters.length; i++) {
      same = letters[i] === letters[i + apart] ? same + 1 : 0
      if (same === apart) return true
    }
  }
  return false
}
