import {isEssenceError} from '../../kit/errors.ts'
import {samplesPerMs} from '../duration.ts'
import type {SpeechToText, StreamOptions, Transcript} from '../port.ts'
import {TranscriptBuilder} from './transcript-builder.ts'
import type {TranscriptWriter} from './transcript-writer.ts'

/** Called while a recognition goes on. */
export interface TranscriptionProgress {
  /** How far the audio was recognised, in ms: up to there nothing will change any more. Of silence it is not called. */
  onPosition?(ms: number): void
  /** The utterance under way so far. */
  onInterim?(text: string): void
}

export interface Transcription {
  transcript: Transcript
  /** Set where it was stopped before its end: CANCELLED. */
  stopped?: Error | undefined
}

/**
 * Recognises sound of any length in constant memory, and writes the transcript as it grows.
 * When the signal aborts, it ends with the transcript so far, instead of failing.
 * @param sound mono, 16 kHz, −1..1
 * @returns the texts to write, one after the other; at its end the transcript
 * @throws what the recogniser and the sound throw, but CANCELLED
 */
export async function* transcribeSound(
  stt: SpeechToText,
  sound: AsyncIterable<Float32Array>,
  writer: TranscriptWriter,
  options: StreamOptions & TranscriptionProgress,
): AsyncGenerator<string, Transcription> {
  const {onPosition, onInterim, ...asked} = options
  const builder = new TranscriptBuilder()
  let samples = 0
  const counted = async function* (): AsyncGenerator<Float32Array> {
    for await (const piece of sound) {
      samples += piece.length
      builder.audioMs = Math.round(samples / samplesPerMs)
      yield piece
    }
  }
  let stopped: Error | undefined
  if (writer.head) yield writer.head
  try {
    for await (const event of stt.stream(counted(), asked)) {
      builder.add(event)
      if (event.type === 'final') onPosition?.(event.segment.endMs)
      if (event.type === 'interim') onInterim?.(event.segment.text)
      const text = writer.event(event)
      if (text) yield text
    }
  } catch (error) {
    if (!isEssenceError(error) || error.code !== 'CANCELLED') throw error
    stopped = error
    const segment = builder.stop()
    const text = segment ? writer.event({type: 'final', segment, language: builder.transcript.language}) : ''
    if (text) yield text
  }
  const {transcript} = builder
  const rest = writer.end(transcript)
  if (rest) yield rest
  return {transcript, stopped}
}
