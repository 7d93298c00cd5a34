import type {RecognitionEvent, Transcript, TranscriptSegment} from '../port.ts'
import {subtitleWriter} from './subtitles.ts'

/**
 * `text`: one line for each stretch of speech; `json`: the whole transcript; `ndjson`: one event a line, as it happens;
 * `srt`, `vtt`: subtitles.
 */
export const transcriptFormats = ['text', 'json', 'ndjson', 'srt', 'vtt'] as const
export type TranscriptFormat = (typeof transcriptFormats)[number]

/** Writes a transcript while it grows. */
export interface TranscriptWriter {
  /** What stands before everything. */
  readonly head: string
  /** What an event adds; often nothing. */
  event(event: RecognitionEvent): string
  /** What is left to write at the end. */
  end(transcript: Transcript): string
}

/**
 * @param wordTimes in `vtt`: times within the cues; in `json` and `ndjson` they are there when the recogniser gave them
 * @param file named in `ndjson`, where several files share one output
 */
export const transcriptWriter = (format: TranscriptFormat, wordTimes: boolean, file?: string): TranscriptWriter => {
  if (format === 'text') return {head: '', event: onFinal(({text}) => `${text}\n`), end: () => ''}
  if (format === 'json') {
    return {
      head: '',
      event: () => '',
      end: transcript => `${JSON.stringify({file, ...transcript}, null, 2)}\n`,
    }
  }
  if (format === 'ndjson') {
    const line = (event: object): string => `${JSON.stringify({file, ...event})}\n`
    const end = ({audioMs, language}: Transcript): string => line({type: 'end', atMs: audioMs, language})
    return {head: '', event: line, end}
  }
  const subtitles = subtitleWriter(format, wordTimes)
  return {head: subtitles.head, event: onFinal(segment => subtitles.push(segment)), end: () => subtitles.end()}
}

/** A final without text only takes back an interim result. */
const onFinal =
  (write: (segment: TranscriptSegment) => string) =>
  (event: RecognitionEvent): string =>
    event.type === 'final' && event.segment.text !== '' ? write(event.segment) : ''
