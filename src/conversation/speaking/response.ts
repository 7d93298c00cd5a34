import {defined} from '../../kit/defined.ts'
import {EssenceError, knownError} from '../../kit/errors.ts'
import type {AnswerEnd, TurnEvent, TurnTimes} from '../../voice/events.ts'
import type {Attempt} from '../attempt.ts'
import type {Clock, LiveEvent, ResponseStatus} from '../port.ts'
import {heardText, type SpokenSentence} from './heard.ts'
import {Playback} from './playback.ts'

export interface ResponseOptions {
  id: string
  /** The item of the person that is answered. */
  answers: string | undefined
  attempt: Attempt
  clock: Clock
  leadMs: number
  /** Clock of the person's last sound. */
  quietSince: number | undefined
  /** ms of silence that were waited before it was certain that they were done. */
  waitedMs: number | undefined
  emit: (event: LiveEvent) => void
}

/** An answer that is being given: what is made of it, and what has been heard. */
export class Response {
  readonly id: string
  readonly answers: string | undefined
  readonly #options: ResponseOptions
  readonly #playback: Playback
  readonly #stop = new AbortController()
  readonly #sentences: SpokenSentence[] = []
  readonly #ended = Promise.withResolvers<void>()
  #text = ''
  /** ms of sound that have been made. */
  #madeMs = 0
  #end: AnswerEnd = {}
  #times: TurnTimes | undefined
  #error: EssenceError | undefined
  #isOver = false
  #firstAt: number | undefined
  isWithdrawn = false

  constructor(options: ResponseOptions) {
    const {id, answers, attempt, clock, leadMs, emit} = options
    this.#options = options
    this.id = id
    this.answers = answers
    this.#playback = new Playback({
      ...{clock, leadMs, signal: this.#stop.signal},
      onAudio: ({pcm, sampleRate}, atMs) => {
        this.#firstAt ??= clock.now()
        emit({type: 'audio', response: id, pcm, sampleRate, atMs})
      },
    })
    emit({type: 'responseStarted', response: id, answers})
    attempt.settle()
    void this.#give()
  }

  /** Whether anything of it has been given out to hear. */
  get begun(): boolean {
    return this.#playback.begun
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Resolves once it is over. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** What is said of it now, and what was in the last `ms`, as written. */
  recentText(ms: number): string {
    const heard = this.#playback.heardMs
    return this.#sentences
      .filter(({startMs, endMs}) => startMs <= heard && endMs >= heard - ms)
      .map(({text}) => text)
      .join(' ')
  }

  hold(): void {
    if (this.#playback.isHeld || this.#isOver) return
    this.#playback.hold()
    this.#options.emit({type: 'held', response: this.id})
  }

  resume(): void {
    if (!this.#playback.isHeld || this.#isOver) return
    this.#playback.resume()
    this.#options.emit({type: 'resumed', response: this.id})
  }

  /** Ends it where it is. @param heardMs ms of its sound that were heard, where the door knows better */
  interrupt(status: 'interrupted' | 'cancelled', heardMs?: number): void {
    this.#finish(status, Math.min(heardMs ?? Number.POSITIVE_INFINITY, this.#playback.heardMs))
  }

  /** Ends it before anything was heard: the person goes on, and neither question nor answer counts as said. */
  withdraw(): void {
    this.isWithdrawn = true
    this.#finish('cancelled', 0)
  }

  async #give(): Promise<void> {
    try {
      for await (const event of this.#options.attempt.events) {
        if (this.#isOver) return
        this.#take(event)
      }
    } catch (error) {
      this.#error ??= knownError(error)
    }
    // Also what was made before a failure is heard to its end.
    await this.#playback.end()
    const isFailed = this.#error !== undefined && this.#times === undefined
    this.#finish(isFailed ? 'failed' : 'completed', this.#madeMs)
  }

  #take(event: TurnEvent): void {
    const {emit} = this.#options
    const response = this.id
    if (event.type === 'delta') {
      this.#text += event.text
      emit({type: 'delta', response, text: event.text})
    } else if (event.type === 'thought') emit({type: 'thought', response, text: event.text})
    else if (event.type === 'sentence')
      this.#sentences[event.index] = {text: event.text, startMs: this.#madeMs, endMs: this.#madeMs}
    else if (event.type === 'leadIn') this.#play(event)
    else if (event.type === 'speech') this.#speak(event)
    else if (event.type === 'speechFailed') {
      this.#error = new EssenceError(event.code, event.message, {suggestions: event.suggestions})
    } else if (event.type === 'done') {
      const {finishReason, confirmation, sources, action, model, calls} = event
      this.#end = defined({finishReason, confirmation, sources, action, model, calls})
      this.#times = event.times
    }
  }

  #speak(event: Extract<TurnEvent, {type: 'speech'}>): void {
    const sentence = this.#sentences[event.index]
    if (!sentence) return
    if (sentence.endMs <= sentence.startMs) {
      sentence.startMs = this.#madeMs
      this.#playback.push(() => this.#options.emit({type: 'sentence', response: this.id, text: sentence.text}))
    }
    this.#play(event)
    sentence.endMs = this.#madeMs
  }

  #play({pcm, sampleRate}: {pcm: Float32Array; sampleRate: number}): void {
    this.#madeMs += (pcm.length / sampleRate) * 1000
    this.#playback.push({pcm, sampleRate})
  }

  #finish(status: ResponseStatus, heardMs: number): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#stop.abort()
    const text = this.#text.trim()
    // What cannot be spoken is read.
    const isRead = this.#madeMs === 0 || status === 'completed'
    const heard = this.isWithdrawn ? '' : isRead ? text : heardText(this.#sentences, heardMs)
    const {attempt, emit, quietSince, waitedMs} = this.#options
    attempt.end(this.isWithdrawn ? undefined : heard)
    emit({
      type: 'responseEnded',
      ...{response: this.id, status, text, heard, heardMs: Math.round(heardMs)},
      ...{times: this.#times, error: this.#error},
      ...(quietSince !== undefined &&
        this.#firstAt !== undefined && {voiceToVoiceMs: Math.round(this.#firstAt - quietSince), waitedMs}),
      ...this.#end,
    })
    this.#ended.resolve()
  }
}
