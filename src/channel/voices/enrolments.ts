import {isEssenceError} from '../../kit/errors.ts'
import type {SpeakerRecognition} from '../../speaker/port.ts'
import type {Words} from '../words/words.ts'

/** What people read aloud, one after the other. */
const sentences = ['enrolFirst', 'enrolSecond', 'enrolThird'] as const

/** ms after its last message in which an enrolment is gone on with; then voice messages are questions again. */
const lapsesMs = 10 * 60_000

interface Enrolment {
  /** The sentences, until all are there: mono, 16 kHz, −1..1. */
  taken: Float32Array[]
  /** What was answered to which message, for one that is worked on again. */
  said: Map<string, string>
  isOpen: boolean
  /** ms since the epoch. */
  until: number
}

/**
 * People who let June learn their voices in a chat: they read three sentences. What is heard for that is kept in this process only,
 * until the third is there.
 */
export class Enrolments {
  readonly #recognition: SpeakerRecognition
  readonly #now: () => number
  readonly #begun = new Map<string, Enrolment>()

  constructor(recognition: SpeakerRecognition, now: () => number) {
    this.#recognition = recognition
    this.#now = now
  }

  /** Begins anew for a person. @returns what they are asked to do */
  begin(person: string, words: Words): string {
    this.#begun.set(person, {taken: [], said: new Map(), isOpen: true, until: this.#now() + lapsesMs})
    return [words('enrolIntro'), '', nextOf(0, words)].join('\n')
  }

  /** Whether a recording is one of the sentences, not a question. */
  awaits(person: string, message: string): boolean {
    for (const [each, {until}] of this.#begun) if (until < this.#now()) this.#begun.delete(each)
    const begun = this.#begun.get(person)
    return begun !== undefined && (begun.isOpen || begun.said.has(message))
  }

  /**
   * Takes a recording as the next sentence; the third ends the enrolment.
   * @param message its id: the same one counts once
   * @param audio mono, 16 kHz, −1..1
   * @returns what the person is told
   * @throws CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE, STORE_UNAVAILABLE, DATA_DIR_UNWRITABLE, DISK_FULL; then the sentence is not taken
   */
  async take(
    {person, message, audio}: {person: string; message: string; audio: Float32Array},
    words: Words,
    signal?: AbortSignal,
  ): Promise<string> {
    const begun = this.#begun.get(person)
    if (!begun) return this.begin(person, words)
    const said = begun.said.get(message) ?? (await this.#judge(begun, person, audio, words, signal))
    begun.said.set(message, said)
    begun.until = this.#now() + lapsesMs
    return said
  }

  async #judge(
    begun: Enrolment,
    person: string,
    audio: Float32Array,
    words: Words,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    try {
      await this.#recognition.checkSentence(audio, signal)
      const all = [...begun.taken, audio]
      if (all.length < sentences.length) {
        begun.taken = all
        return nextOf(all.length, words)
      }
      await this.#recognition.enrol(person, all, signal)
      Object.assign(begun, {taken: [], isOpen: false})
      return words('enrolDone')
    } catch (error) {
      if (isEssenceError(error) && error.code === 'SPEAKER_MISMATCH') {
        begun.taken = []
        return [words('enrolMixed'), '', nextOf(0, words)].join('\n')
      }
      if (!isEssenceError(error) || error.code !== 'NO_SPEECH') throw error
      return [words('enrolAgain'), '', nextOf(begun.taken.length, words)].join('\n')
    }
  }

  /** Ends what was begun; what was learnt before stays. */
  cancel(person: string): void {
    this.#begun.delete(person)
  }

  /** Erases how a person sounds. @throws STORE_UNAVAILABLE, DATA_DIR_UNWRITABLE, DISK_FULL */
  async erase(person: string): Promise<void> {
    this.cancel(person)
    await this.#recognition.forget(person)
  }
}

/** `2/3: “…”` */
const nextOf = (taken: number, words: Words): string =>
  `${taken + 1}/${sentences.length}: “${words(sentences[taken] ?? 'enrolFirst')}”`
