import {concatSamples} from '@essence/core/audio/pcm'
import {recordedTurn, type TurnRecord} from '@essence/core/channel/recorded-turn'
import {apart, forgetApart, type Place, type Whose, whoseVoice} from '@essence/core/channel/voices/whose-voice'
import type {Words} from '@essence/core/channel/words/words'
import type {RunTurn} from '@essence/core/conversation/port'
import {messageOf} from '@essence/core/kit/errors'
import type {SpeakerRecognition} from '@essence/core/speaker/port'
import type {TurnEvent, VoiceTurn} from '@essence/core/voice/events'

/** Samples in a ms of what is heard. */
const perMs = 16

/** ms by which a voice is told: what was said last. More costs time before the answer, and tells little more. */
const toldByMs = 4000

/** ms in which it is not said again that a voice is not known. */
const saidForMs = 5 * 60_000

export interface PersonVoiceOptions {
  /** Where what the account's person says is answered. */
  own: Place
  recognition: SpeakerRecognition
  words: Words
  record: TurnRecord
  now?: (() => number) | undefined
}

/**
 * Whose voice comes from somebody's microphone: the sound of their turn, and where it is answered. What somebody else says there is answered apart,
 * and nothing of it is kept.
 */
export class PersonVoice {
  readonly #options: PersonVoiceOptions
  readonly #now: () => number
  /** What was heard last, in pieces; where they begin and end, in samples from the first that was heard. */
  readonly #sound: Float32Array[] = []
  #from = 0
  #to = 0
  /** Where the turn under way begins, in samples from the first. */
  #began = 0
  #apart = 0
  #saidAt = Number.NEGATIVE_INFINITY

  constructor(options: PersonVoiceOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** @param audio mono, 16 kHz, −1..1: what the conversation hears, from its beginning */
  hear(audio: Float32Array): void {
    this.#sound.push(audio)
    this.#to += audio.length
    for (
      let [first] = this.#sound;
      first && this.#to - this.#from - first.length >= toldByMs * perMs;
      [first] = this.#sound
    ) {
      this.#from += first.length
      this.#sound.shift()
    }
  }

  /** A turn of theirs begins. @param atMs of what was heard */
  began(atMs: number): void {
    this.#began = atMs * perMs
  }

  /** Runs a turn where it belongs. @throws as `recordedTurn` and `whoseVoice` */
  readonly run: RunTurn = (turn, engines, options) => this.#run(turn, engines, options)

  async *#run(...[turn, engines, options]: Parameters<RunTurn>): AsyncGenerator<TurnEvent> {
    const {own, record} = this.#options
    const whose = await this.#whose(options.signal)
    if (whose === 'own') return yield* recordedTurn(turn, engines, {...options, ...record})
    const place = apart(own, `voice-${this.#now()}-${++this.#apart}`)
    try {
      if (whose === 'unknown') yield* this.#unknown(turn, engines, options)
      const unheard = turn.live && {...turn.live, heard: turn.live.heard.then(() => undefined)}
      yield* recordedTurn({...turn, ...place, among: undefined, live: unheard}, engines, {...options, ...record})
    } finally {
      await forgetApart(place, engines.assistant).catch(error =>
        record.log.error({why: messageOf(error)}, 'what somebody else said was not erased'),
      )
    }
  }

  #whose(signal: AbortSignal | undefined): Promise<Whose> {
    const {own, recognition} = this.#options
    const turn = concatSamples(this.#sound).subarray(Math.max(0, this.#began - this.#from))
    return whoseVoice(async () => turn, {speaker: own.speaker, isGroup: true}, recognition, signal)
  }

  /** Says that the voice is not known, now and then. */
  async *#unknown(turn: VoiceTurn, ...[{tts}, {signal}]: [...PersonEngines]): AsyncGenerator<TurnEvent> {
    if (this.#now() - this.#saidAt < saidForMs) return
    const {words} = this.#options
    const text = words('speakerUnknown')
    for await (const chunk of tts.synthesize(text, {signal, voice: turn.voice, language: words.language}))
      yield {type: 'leadIn', text, ...chunk}
    // What is thrown away was not said.
    void turn.live?.settled.then(() => {
      this.#saidAt = this.#now()
    })
  }
}

type PersonEngines = [engines: Parameters<RunTurn>[1], options: Parameters<RunTurn>[2]]
