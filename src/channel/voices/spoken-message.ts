import type {Assistant} from '../../assistant/port.ts'
import {messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {VoiceTurn} from '../../voice/events.ts'
import type {RecordingLimits} from '../recording-limits.ts'
import type {Words} from '../words/words.ts'
import {readVoice, type Voices} from './voices.ts'
import {apart, forgetApart, type Place, type Whose, whoseVoice} from './whose-voice.ts'

export interface SpokenMessageOptions {
  /** Where what the account's person says is answered. */
  own: Place
  isGroup: boolean
  /** Id of the message, which no other one has. */
  message: string
  /** Undefined where nobody is known by their voice: then every message is of the account's person. */
  voices: Voices | undefined
  limits: RecordingLimits
}

/** A message, and whose voice it is: what the person of the account did not say is answered apart, and nothing of it is kept. */
export class SpokenMessage {
  readonly #options: SpokenMessageOptions
  readonly #apart: Place & {tools: false}
  #whose: Whose = 'own'
  #isQuestionWritten = false

  constructor(options: SpokenMessageOptions) {
    this.#options = options
    this.#apart = apart(options.own, options.message)
  }

  /** Finds out whose voice it is; of several recordings it is that of the first that is not the account's person. @returns where it is answered @throws as `whoseVoice` and `readAudio` */
  async place(input: VoiceTurn['input'], signal: AbortSignal): Promise<Place & {tools?: false}> {
    const {own, isGroup, voices, limits} = this.#options
    if (!voices || input === 'continued') return own
    const sounds = ('messages' in input ? input.messages : [input]).flatMap(said =>
      'audio' in said && 'bytes' in said.audio ? [{bytes: said.audio.bytes, question: said.question}] : [],
    )
    this.#isQuestionWritten = sounds.every(({question}) => question !== undefined)
    const speaking = {speaker: own.speaker, isGroup}
    for (const {bytes} of sounds) {
      this.#whose = await whoseVoice(() => readVoice(bytes, limits, signal), speaking, voices.recognition, signal)
      if (!this.isOwn) return this.#apart
    }
    return own
  }

  /** Whether it is the account's person who speaks, as far as is known. */
  get isOwn(): boolean {
    return this.#whose === 'own'
  }

  /** The answer, which says so where the voice is not known. Where something is asked about a recording in writing, it is known who asks. */
  answered<A extends {text: string}>(answer: A, words: Words): A {
    if (this.#whose !== 'unknown' || this.#isQuestionWritten) return answer
    return {...answer, text: `${words('speakerUnknown')}\n\n${answer.text}`.trim()}
  }

  /** Erases what was said apart; to be called once the turn is over, however it ended. Never rejects. */
  async end(assistant: Assistant, log: Log): Promise<void> {
    if (this.isOwn) return
    await forgetApart(this.#apart, assistant).catch(error =>
      log.error({why: messageOf(error)}, 'what somebody else said was not erased'),
    )
  }
}
