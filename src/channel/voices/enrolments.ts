import {isEssenceError} from '../../kit/errors.ts'
import type {Sentence, SpeakerRecognition} from '../../speaker/port.ts'
import type {Words} from '../words/words.ts'
import type {Begun, BegunEnrolments} from './begun-enrolments.ts'

/** What people read aloud, one after the other. */
const sentences = ['enrolFirst', 'enrolSecond', 'enrolThird'] as const

/** ms after its last message in which an enrolment is gone on with; then voice messages are questions again. */
const lapsesMs = 10 * 60_000

export interface EnrolmentsOptions {
  recognition: SpeakerRecognition
  begun: BegunEnrolments
  /** ms since the epoch. */
  now: () => number
}

/** People who let June learn their voices in a chat: they read three sentences. What was heard for that outlives this process; its sound does not. */
export class Enrolments {
  readonly #recognition: SpeakerRecognition
  readonly #begun: BegunEnrolments
  readonly #now: () => number

  constructor({recognition, begun, now}: EnrolmentsOptions) {
    this.#recognition = recognition
    this.#begun = begun
    this.#now = now
  }

  /** Begins anew for a person. @returns what they are asked to do @throws STORE_UNAVAILABLE */
  async begin(person: string, words: Words): Promise<string> {
    await this.#keep(person, {model: this.#recognition.model, taken: [], said: {}, isOpen: true, until: 0})
    return [words('enrolIntro'), '', nextOf(0, words)].join('\n')
  }

  /** Whether a recording is one of the sentences, not a question. @throws STORE_UNAVAILABLE */
  async awaits(person: string, message: string): Promise<boolean> {
    const begun = await this.#of(person)
    return begun !== undefined && (begun.isOpen || begun.said[message] !== undefined)
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
    const begun = await this.#of(person)
    if (!begun) return await this.begin(person, words)
    const known = begun.said[message]
    const {says, change} = known === undefined ? await this.#judge(begun, person, audio, words, signal) : {says: known}
    await this.#keep(person, {...begun, ...change, said: {...begun.said, [message]: says}})
    return says
  }

  async #judge(
    begun: Begun,
    person: string,
    audio: Float32Array,
    words: Words,
    signal: AbortSignal | undefined,
  ): Promise<{says: string; change?: Partial<Begun>}> {
    try {
      const {vector, speechMs} = await this.#recognition.hearSentence(audio, signal)
      const taken = [...begun.taken, {vector: [...vector], speechMs}]
      if (taken.length < sentences.length) return {says: nextOf(taken.length, words), change: {taken}}
      await this.#recognition.learn(person, taken.map(heard))
      return {says: words('enrolDone'), change: {taken: [], isOpen: false}}
    } catch (error) {
      if (isEssenceError(error) && error.code === 'SPEAKER_MISMATCH')
        return {says: [words('enrolMixed'), '', nextOf(0, words)].join('\n'), change: {taken: []}}
      if (!isEssenceError(error) || error.code !== 'NO_SPEECH') throw error
      return {says: [words('enrolAgain'), '', nextOf(begun.taken.length, words)].join('\n')}
    }
  }

  /** What was begun with the model there is: vectors of another one have nothing to do with its. */
  async #of(person: string): Promise<Begun | undefined> {
    const begun = await this.#begun.of(person, this.#now())
    return begun?.model === this.#recognition.model ? begun : undefined
  }

  #keep(person: string, begun: Begun): Promise<void> {
    return this.#begun.put(person, {...begun, until: this.#now() + lapsesMs})
  }

  /** Ends what was begun; what was learnt before stays. @throws STORE_UNAVAILABLE */
  cancel(person: string): Promise<void> {
    return this.#begun.remove(person)
  }

  /** Erases how a person sounds. @throws STORE_UNAVAILABLE, DATA_DIR_UNWRITABLE, DISK_FULL */
  async erase(person: string): Promise<void> {
    await this.cancel(person)
    await this.#recognition.forget(person)
  }

  close(): Promise<void> {
    return this.#begun.close()
  }
}

const heard = ({vector, speechMs}: Begun['taken'][number]): Sentence => ({vector: Float32Array.from(vector), speechMs})

/** `2/3: “…”` */
const nextOf = (taken: number, words: Words): string =>
  `${taken + 1}/${sentences.length}: “${words(sentences[taken] ?? 'enrolFirst')}”`
