import {AudioBuffer} from '../audio/audio-buffer.ts'
import {samplesPerMs} from '../stt/duration.ts'
import type {VoiceActivityDetector} from '../stt/vad/vad.ts'
import {isBehind} from './barge-in/interruption.ts'
import {SpeechFrames} from './listening/frames.ts'
import {type Utterance, UtteranceTracker} from './listening/utterance.ts'
import {PersonTurn} from './person-turn.ts'
import type {TurnContext} from './turn-context.ts'

/** Less sound than this, in ms, is no turn that could be committed by hand. */
const minCommitMs = 100

/** Sound kept for a turn, in ms: 5 minutes. */
const maxSoundMs = 300_000

export interface EarOptions extends Omit<TurnContext, 'soundFrom' | 'reached' | 'silenceMs' | 'onOver'> {
  vad: VoiceActivityDetector
  /** Of items' ids. */
  id: string
}

/** Listens: finds the person's turns in what the microphone hears. */
export class Ear {
  readonly #options: EarOptions
  readonly #context: TurnContext
  readonly #frames: SpeechFrames
  readonly #buffer = new AudioBuffer()
  readonly #tracker: UtteranceTracker
  #turn: PersonTurn | undefined
  /** Where turns end by hand: the one that is being said. */
  #uncommittedTurn: PersonTurn | undefined
  /** Sound from here on is committed by hand. */
  #uncommitted = 0

  constructor(options: EarOptions) {
    this.#options = options
    this.#frames = new SpeechFrames(options.vad, options.signal)
    this.#tracker = new UtteranceTracker(options.id)
    this.#context = {
      ...options,
      soundFrom: start => this.#buffer.slice(Math.max(this.#buffer.start, start), this.#buffer.end),
      reached: () => this.#buffer.end,
      silenceMs: () => this.#tracker.silenceMs,
      onOver: turn => {
        if (turn === this.#turn) this.#forget()
      },
    }
  }

  /** Whether the person speaks, or has just spoken. */
  get isBusy(): boolean {
    return this.#turn !== undefined
  }

  hear(audio: Float32Array): void {
    this.#frames.push(audio)
  }

  /** Listens until the signal aborts. @throws what the detector of speech throws */
  async listen(): Promise<void> {
    const {signal} = this.#options
    const onAbort = (): void => {
      this.#turn?.drop()
      this.#frames.end()
    }
    signal.addEventListener('abort', onAbort, {once: true})
    for await (const {audio, probability} of this.#frames) this.#push(audio, probability)
  }

  /** The turn under way is over; where turns end by hand, all that was heard since the last one is a turn. @returns whether there was anything */
  commit(): boolean {
    if (this.#options.turnTaking().endedBy === 'commit') {
      if (this.#buffer.end - this.#uncommitted < minCommitMs * samplesPerMs) return false
      this.#turn?.drop()
      const turn = this.#uncommittedTurn ?? new PersonTurn(this.#tracker.begin(this.#uncommitted), this.#context)
      turn.tell()
      turn.conclude()
      // What is heard from here on is of the next, also while this one is recognised.
      this.#forget()
      return true
    }
    this.#turn?.conclude()
    return this.#turn !== undefined
  }

  /** Another answer is wanted now, see `PersonTurn`. */
  giveWay(): void {
    this.#turn?.giveWay()
  }

  /** Forgets what was heard and not committed. */
  clear(): void {
    this.#turn?.drop()
    this.#uncommittedTurn?.drop()
    this.#forget()
  }

  #forget(): void {
    this.#turn = undefined
    this.#uncommittedTurn = undefined
    this.#tracker.current = undefined
    this.#uncommitted = this.#buffer.end
  }

  #mayInterrupt(): boolean {
    const {floor, turnTaking} = this.#options
    const {current} = this.#tracker
    return floor.isTaken && turnTaking().interrupt && current !== undefined && !isBehind(current, floor)
  }

  #push(audio: Float32Array, probability: number): void {
    const {turnTaking, floor} = this.#options
    const {threshold, endedBy, prefixMs} = turnTaking()
    this.#buffer.append(audio)
    if (endedBy === 'commit') {
      this.#follow(audio, probability, threshold)
      this.#buffer.dropBefore(Math.max(this.#uncommitted, this.#buffer.end - maxSoundMs * samplesPerMs))
      return
    }
    // Until now turns ended by hand.
    if (this.#uncommittedTurn) this.clear()
    const change = this.#tracker.push(audio, probability, threshold)
    if (change === 'sounded' && this.#mayInterrupt()) floor.hold()
    else if (change === 'forgotten') floor.goOn()
    else if (change === 'began') {
      this.#turn = new PersonTurn(this.#tracker.current as Utterance, this.#context)
      this.#turn.begin()
    } else if (change === 'resumed') this.#turn?.resume()
    this.#turn?.advance()
    const needed = this.#turn?.start ?? this.#tracker.current?.speechStart ?? this.#tracker.reached
    this.#buffer.dropBefore(Math.max(needed - prefixMs * samplesPerMs, this.#buffer.end - maxSoundMs * samplesPerMs))
    this.#uncommitted = this.#buffer.end
  }

  /** Where turns end by hand speech is followed for its words alone: nobody is interrupted by it. */
  #follow(audio: Float32Array, probability: number, threshold: number): void {
    const change = this.#tracker.push(audio, probability, threshold)
    const {current} = this.#tracker
    if (change === 'began' && current && !this.#turn) {
      // All is committed that is heard, also before the first word.
      current.speechStart = this.#uncommitted
      this.#uncommittedTurn = new PersonTurn(current, this.#context)
    }
    this.#uncommittedTurn?.follow()
  }
}
