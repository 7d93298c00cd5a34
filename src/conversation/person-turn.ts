import {EssenceError, knownError} from '../kit/errors.ts'
import {samplesPerMs} from '../stt/duration.ts'
import {Interruption} from './barge-in/interruption.ts'
import {isOwnVoice} from './barge-in/own-voice.ts'
import {EndWatch} from './end-of-turn/end-watch.ts'
import {LiveWords} from './listening/live-words.ts'
import {plainWords} from './listening/stable-words.ts'
import {TurnRecognition} from './listening/turn-recognition.ts'
import {levelOf, type Utterance} from './listening/utterance.ts'
import type {Dismissal} from './port.ts'
import {Speculation} from './speculation.ts'
import type {TurnContext} from './turn-context.ts'

/** ms of silence at which an answer is begun, on the chance that the turn is over. */
const speculateAfterMs = 96

/** Answers begun on chance in one turn; who pauses more often is answered when it is certain that they are done. */
const maxSpeculations = 6

/** What the person says, from its first sound until it is a turn, or none. */
export class PersonTurn {
  readonly #context: TurnContext
  readonly #utterance: Utterance
  readonly #recognition: TurnRecognition
  readonly #words: LiveWords
  #isTold = false
  #hasInterrupted = false
  /** Open as long as it is not certain that June is interrupted. */
  #interruption: Interruption | undefined
  readonly #end: EndWatch
  #speculation: Speculation | undefined
  #speculations = 0
  /** ms of silence after which the turn was found to be over. */
  #overAtMs: number | undefined
  /** Where its speech ended, in samples. */
  #overAt = 0
  #isOver = false

  constructor(utterance: Utterance, context: TurnContext) {
    this.#utterance = utterance
    this.#context = context
    this.#recognition = new TurnRecognition({...context, start: this.#soundStart})
    this.#end = new EndWatch({
      ...context,
      sound: () => this.#sound(),
      quietSince: () => utterance.quietSince,
      onKnown: () => this.advance(),
    })
    this.#words = new LiveWords({
      recognize: stop => this.#recognition.now(AbortSignal.any([stop, context.signal])),
      tell: text => context.emit({type: 'words', item: utterance.item, text}),
    })
  }

  /** Where its speech begins, in samples. */
  get start(): number {
    return this.#utterance.speechStart
  }

  begin(): void {
    if (this.#mayInterrupt()) this.#interrupt()
    else this.tell()
  }

  #mayInterrupt(): boolean {
    const {floor, turnTaking} = this.#context
    return floor.isTaken && turnTaking().interrupt
  }

  #interrupt(): void {
    const {floor} = this.#context
    this.#interruption = new Interruption({
      ...{floor, utterance: this.#utterance},
      recognize: () => this.#recognition.now(),
      soundMs: () => this.#soundMs,
      onTurn: () => {
        this.#interruption = undefined
        if (this.#isOver) return
        this.#hasInterrupted = true
        this.tell()
        this.advance()
      },
      onNone: why => {
        this.#interruption = undefined
        // What was said before it is a turn all the same.
        if (this.#isTold) floor.goOn()
        else if (!this.#isOver) this.#dismiss(why)
      },
    })
  }

  /** The door is told that the person speaks. */
  tell(): void {
    if (this.#isTold) return
    this.#isTold = true
    const {item, speechStart} = this.#utterance
    this.#context.emit({type: 'speechStarted', item, atMs: Math.round(speechStart / samplesPerMs)})
  }

  /** Speech goes on after a pause: what was begun in it is thrown away. June may have begun to speak of her own accord. */
  resume(): void {
    if (!this.#interruption && this.#mayInterrupt()) this.#interrupt()
    this.#end.resume()
    this.#overAtMs = undefined
    this.#speculation?.discard()
    this.#speculation = undefined
  }

  /** Another answer is wanted now: what was begun on chance would keep it waiting. */
  giveWay(): void {
    if (this.#overAtMs !== undefined) return
    this.#speculation?.discard()
    this.#speculation = undefined
  }

  /** Further sound has come, or something has become known. */
  advance(): void {
    const quietMs = this.#context.silenceMs()
    if (quietMs === 0) this.#recognition.cutWhereLong()
    if (this.#interruption) this.#interruption.advance(quietMs)
    else if (quietMs === 0) this.#tellWords()
    else if (!this.#isOver) this.#wait(quietMs)
  }

  /** Further sound has come of a turn that ends by hand. */
  follow(): void {
    if (this.#context.silenceMs() > 0) return
    this.#recognition.cutWhereLong()
    this.#tellWords()
  }

  #tellWords(): void {
    if (this.#context.turnTaking().words) this.#words.advance(this.#utterance.speechFrames)
  }

  /** In a pause: begins an answer, and finds out whether it is the end. */
  #wait(quietMs: number): void {
    if (quietMs >= speculateAfterMs) this.#speculate()
    if (this.#end.isReached(quietMs)) this.conclude()
  }

  /** The turn is over, unless the person goes on before it is known what they said. */
  conclude(): void {
    if (this.#overAtMs !== undefined) return
    this.#interruption = undefined
    this.#overAtMs = this.#context.silenceMs()
    this.#overAt = this.#utterance.quietSince ?? this.#context.reached()
    void this.#conclude(this.#speculate())
  }

  /** It is none, and nobody is told. */
  drop(): void {
    this.#isOver = true
    this.#words.drop()
    this.#speculation?.drop()
  }

  get #soundStart(): number {
    return this.#utterance.speechStart - this.#context.turnTaking().prefixMs * samplesPerMs
  }

  get #soundMs(): number {
    return (this.#context.reached() - this.start) / samplesPerMs
  }

  #sound(): Float32Array {
    return this.#context.soundFrom(this.#soundStart)
  }

  #speculate(): Speculation {
    if (this.#speculation) return this.#speculation
    this.#words.pause()
    const {think, signal} = this.#context
    const isBold = this.#speculations++ < maxSpeculations
    this.#speculation = new Speculation({
      ...{recognition: this.#recognition, signal},
      think: transcript => (isBold ? think(transcript) : undefined),
    })
    return this.#speculation
  }

  async #conclude(speculation: Speculation): Promise<void> {
    const {emit, floor, onTurn, onOver, turnTaking, silenceMs} = this.#context
    const utterance = this.#utterance
    const {item} = utterance
    const heard = await speculation.transcript.catch(knownError)
    if (this.#isOver || this.#speculation !== speculation) return
    const isByHand = turnTaking().endedBy === 'commit'
    if (!isByHand && !(heard instanceof EssenceError)) {
      const words = plainWords(heard.text)
      if (words.length === 0) return this.#dismiss('noise')
      const heardSo = {words, utterance, soundMs: this.#soundMs, silenceMs: silenceMs()}
      if (isOwnVoice(heardSo, floor)) return this.#dismiss('echo')
    }
    const audio = this.#sound()
    this.#isOver = true
    onOver(this)
    this.tell()
    emit({type: 'speechStopped', item, atMs: Math.round(this.#overAt / samplesPerMs)})
    emit({type: 'committed', item, audio})
    if (heard instanceof EssenceError) {
      speculation.drop()
      return emit({type: 'transcriptFailed', item, error: heard})
    }
    this.#words.end(heard.text)
    emit({type: 'transcript', item, transcript: heard})
    // Of what was committed by hand nothing is known.
    if (utterance.speechFrames > 0) floor.learnLevel(levelOf(utterance))
    onTurn({
      ...{item, transcript: heard, attempt: speculation.takeAttempt()},
      ...{silenceMs: this.#overAtMs ?? 0, hasInterrupted: this.#hasInterrupted},
    })
  }

  #dismiss(reason: Dismissal): void {
    const {emit, onOver, floor} = this.#context
    this.drop()
    onOver(this)
    emit({type: 'dismissed', item: this.#isTold ? this.#utterance.item : undefined, reason})
    floor.goOn()
  }
}
