import {isEssenceError} from '../../kit/errors.ts'
import {samplesPerMs} from '../duration.ts'
import type {SpeechToText, StreamOptions, Transcript} from '../port.ts'
import {TranscriptSoFar} from './transcript-so-far.ts'
import type {TranscriptWriter} from './transcript-writer.ts'

/** Told what happens, for who watches. */
export interface ListeningView {
  /** How much of the sound was taken, in ms. */
  onPosition?(ms: number): void
  /** What the utterance under way sounds like so far. */
  onInterim?(text: string): void
}

export interface Transcription {
  transcript: Transcript
  /** Set where it was stopped before its end: CANCELLED. */
  stopped?: Error
}

/**
 * Recognises sound of any length in constant memory, and writes the transcript as it is heard.
 * When the signal aborts, it ends with what was heard so far, instead of failing.
 * @param sound mono, 16 kHz, −1..1
 * @returns the texts to write, one after the other; at its end the transcript
 * @throws what the recogniser and the sound throw, but CANCELLED
 */
export async function* transcribeSound(
  stt: SpeechToText,
  sound: AsyncIterable<Float32Array>,
  writer: TranscriptWriter,
  options: StreamOptions & ListeningView,
): AsyncGenerator<string, Transcription> {
  const {onPosition, onInterim, ...asked} = options
  const heard = new TranscriptSoFar()
  let samples = 0
  const counted = async function* (): AsyncGenerator<Float32Array> {
    for await (const piece of sound) {
      samples += piece.length
      heard.audioMs = Math.round(samples / samplesPerMs)
      onPosition?.(heard.audioMs)
      yield piece
    }
  }
  let stopped: Error | undefined
  if (writer.head) yield writer.head
  try {
    for await (const event of stt.stream(counted(), asked)) {
      heard.add(event)
      if (event.type === 'interim') onInterim?.(event.segment.text)
      const text = writer.event(event)
      if (text) yield text
    }
  } catch (error) {
    if (!isEssenceError(error) || error.code !== 'CANCELLED') throw error
    stopped = error
    const segment = heard.stopHere()
    const text = segment ? writer.event({type: 'final', segment, language: heard.transcript.language}) : ''
    if (text) yield text
  }
  const {transcript} = heard
  const rest = writer.end(transcript)
  if (rest) yield rest
  return {transcript, ...(stopped ? {stopped} : {})}
}
