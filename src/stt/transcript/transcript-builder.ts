import {joinTexts} from '../../text/join-texts.ts'
import {meanConfidence} from '../join-segments.ts'
import type {RecognitionEvent, Transcript, TranscriptSegment} from '../port.ts'

/** Builds a transcript from the events of a stream. */
export class TranscriptBuilder {
  readonly #segments: TranscriptSegment[] = []
  readonly #languages = new Map<string, number>()
  #interim: TranscriptSegment | undefined
  /** Length of the sound so far, in ms. */
  audioMs = 0

  add(event: RecognitionEvent): void {
    if (event.type === 'interim') this.#interim = event.segment
    if (event.type !== 'final') return
    const {segment, language} = event
    this.#interim = undefined
    if (segment.text === '') return
    this.#segments.push(segment)
    const ms = (this.#languages.get(language) ?? 0) + segment.endMs - segment.startMs
    this.#languages.set(language, ms)
  }

  /** For a stream that was stopped: the last interim of the utterance under way becomes its final. */
  stop(): TranscriptSegment | undefined {
    const segment = this.#interim
    this.#interim = undefined
    if (!segment || segment.text === '') return
    this.#segments.push(segment)
    return segment
  }

  /** The language is that of most of the speech. */
  get transcript(): Transcript {
    const [language = 'und'] = [...this.#languages].toSorted(([, a], [, b]) => b - a).map(([code]) => code)
    return {
      text: joinTexts(this.#segments.map(({text}) => text)),
      segments: [...this.#segments],
      language,
      audioMs: this.audioMs,
      confidence: meanConfidence(this.#segments),
    }
  }
}
