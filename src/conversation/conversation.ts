import type {Assistant, LiveReply} from '../assistant/port.ts'
import {EssenceError} from '../kit/errors.ts'
import {Channel} from '../kit/flow/channel.ts'
import type {Transcript} from '../stt/port.ts'
import {joinTexts} from '../text/join-texts.ts'
import type {VoiceTurn} from '../voice/events.ts'
import {runTurn} from '../voice/turn.ts'
import {Attempt} from './attempt.ts'
import {isOnlyStop} from './barge-in/verdict.ts'
import {systemClock} from './clock.ts'
import {Ear} from './ear.ts'
import type {Floor} from './floor.ts'
import {IdleTimer} from './idle-timer.ts'
import {joinedFloor} from './joined-floor.ts'
import type {
  ConversationChange,
  ConversationOptions,
  LiveConversation,
  LiveEvent,
  RespondOptions,
  TurnTaking,
} from './port.ts'
import {Response} from './speaking/response.ts'
import type {PersonTurnOver} from './turn-context.ts'
import {turnTakingDefaults} from './turn-taking.ts'

/** How fast what is known of the person's level follows them. */
const levelPace = 0.3

/** Begins a live conversation. It goes on until it is closed; a reader of its events hears of all that happens. */
export const openConversation = (options: ConversationOptions): LiveConversation => new Conversation(options)

class Conversation implements LiveConversation, Floor {
  readonly #options: ConversationOptions
  readonly #events = new Channel<LiveEvent>(Number.POSITIVE_INFINITY)
  readonly #closing = new AbortController()
  readonly #ear: Ear
  readonly #idle: IdleTimer
  readonly #clock
  #turnTaking: TurnTaking
  #response: Response | undefined
  #responses = 0
  #isSuspended = false
  /** Until it is known whether June is interrupted. */
  #isHeld = false
  /** What the answer is to. */
  #asked = ''
  /** What the person said and was not answered, because they went on. */
  #unanswered = ''
  /** When June was last heard. */
  #heardAt = Number.NEGATIVE_INFINITY
  personDb: number | undefined

  constructor(options: ConversationOptions) {
    this.#options = {...options}
    this.#clock = options.clock ?? systemClock
    this.#turnTaking = {...turnTakingDefaults, ...options.turnTaking}
    const {signal} = this.#closing
    this.#idle = new IdleTimer({
      ...{clock: this.#clock, signal},
      isQuiet: () => !this.#ear.isBusy && !this.isTaken && !this.#isSuspended,
      onIdle: () => this.#emit({type: 'idle'}),
    })
    this.#ear = new Ear({
      ...{vad: options.vad, endOfTurn: options.endOfTurn, signal, id: 'item'},
      floor: options.others ? joinedFloor(this, options.others) : this,
      turnTaking: () => this.#turnTaking,
      recognize: (audio, stop) =>
        options.engines.stt.recognize(audio, {language: this.#options.language ?? 'auto', signal: stop}),
      think: transcript => (this.#isAnswered(transcript) ? this.#attempt(transcript) : undefined),
      onTurn: over => void this.#answer(over),
      emit: event => this.#emit(event),
    })
    this.#idle.set(this.#turnTaking.idleMs)
    this.#ear.listen().then(
      () => this.#events.end(),
      error => {
        if (signal.aborted) this.#events.end()
        else this.#events.fail(error)
      },
    )
  }

  get events(): AsyncIterable<LiveEvent> {
    return this.#events
  }

  hear(audio: Float32Array): void {
    this.#ear.hear(audio)
  }

  commit(): boolean {
    return this.#ear.commit()
  }

  clear(): void {
    this.#ear.clear()
  }

  respond({text, assistant, voice, speak}: RespondOptions = {}): string {
    this.cancel()
    this.#ear.giveWay()
    this.#asked = text ?? ''
    this.#unanswered = ''
    const input = text === undefined ? 'continued' : ({text} as const)
    const attempt = this.#begin({input, voice, speak}, {assistant, isSettled: true})
    return this.#give(attempt, undefined).id
  }

  cancel(heardMs?: number): boolean {
    const response = this.#response
    if (!response || response.isOver) return false
    response.interrupt(heardMs === undefined ? 'cancelled' : 'interrupted', heardMs)
    return true
  }

  change({assistant, turnTaking, ...change}: ConversationChange): void {
    Object.assign(this.#options, change)
    if (assistant) this.#options.engines = {...this.#options.engines, assistant}
    this.#turnTaking = {...this.#turnTaking, ...turnTaking}
    this.#idle.set(this.#turnTaking.idleMs)
  }

  suspend(): void {
    this.#isSuspended = true
    this.#response?.hold()
  }

  resume(): void {
    this.#isSuspended = false
    if (!this.#isHeld) this.#response?.resume()
    this.#idle.touch()
  }

  async close(): Promise<void> {
    this.cancel()
    this.#closing.abort(new EssenceError('CANCELLED', 'The conversation is over.'))
    this.#events.end()
  }

  get isTaken(): boolean {
    return this.#response !== undefined && !this.#response.isOver
  }

  learnLevel(db: number): void {
    this.personDb = this.personDb === undefined ? db : this.personDb + levelPace * (db - this.personDb)
  }

  recentText(ms: number): string {
    const response = this.#response
    if (!response?.begun) return ''
    const sinceMs = response.isOver ? this.#clock.now() - this.#heardAt : 0
    return sinceMs > ms ? '' : response.recentText(ms - sinceMs)
  }

  hold(): void {
    this.#isHeld = true
    this.#response?.hold()
  }

  goOn(): void {
    this.#isHeld = false
    if (!this.#isSuspended) this.#response?.resume()
  }

  yieldTo(): void {
    const response = this.#response
    if (!response || response.isOver) return
    if (response.begun) response.interrupt('interrupted')
    else {
      response.withdraw()
      this.#unanswered = this.#asked
    }
  }

  #isAnswered({text}: Pick<Transcript, 'text'>): boolean {
    return this.#turnTaking.respond && this.#options.isMeant?.(this.#asking(text)) !== false
  }

  /** What is asked: with what came before, where that is not answered yet. */
  #asking(text: string): string {
    return joinTexts([this.#unanswered, text])
  }

  #attempt({text, language}: Pick<Transcript, 'text' | 'language'>, isSettled = false): Attempt {
    return this.#begin({input: {text: this.#asking(text)}, language}, {isSettled})
  }

  #begin(
    turn: Pick<VoiceTurn, 'input' | 'language' | 'voice' | 'speak'>,
    {assistant, isSettled}: {assistant?: Assistant | undefined; isSettled: boolean},
  ): Attempt {
    const {engines, speaker, session, channel, run = runTurn, voice, language} = this.#options
    const asked = {language: language === 'auto' ? undefined : language, ...turn, voice: turn.voice ?? voice}
    return new Attempt({
      begin: (live: LiveReply, signal) =>
        run(
          {...asked, speaker, session, channel, live},
          {...engines, assistant: assistant ?? engines.assistant},
          {signal},
        ),
      onDiscard: pieces => this.#emit({type: 'discarded', pieces}),
      signal: this.#closing.signal,
      isSettled,
    })
  }

  /** The person has had their say. */
  async #answer({item, transcript, attempt, silenceMs, hasInterrupted}: PersonTurnOver): Promise<void> {
    const {text, language} = transcript
    const isStop = hasInterrupted && isOnlyStop(text, language)
    if (isStop || !this.#isAnswered(transcript)) {
      attempt?.end(undefined)
      return
    }
    // Where she may not be interrupted, she finishes first.
    while (this.isTaken) await this.#response?.ended
    const answer = attempt ?? this.#attempt(transcript, true)
    this.#asked = this.#asking(text)
    this.#unanswered = ''
    this.#give(answer, item, silenceMs)
  }

  #give(attempt: Attempt, answers: string | undefined, silenceMs?: number): Response {
    const {leadMs = 80} = this.#options
    const id = `resp_${++this.#responses}`
    const response = new Response({
      ...{id, answers, attempt, leadMs, clock: this.#clock},
      quietSince: silenceMs === undefined ? undefined : this.#clock.now() - silenceMs,
      waitedMs: silenceMs,
      emit: event => this.#emit(event),
    })
    this.#response = response
    this.#isHeld = false
    if (this.#isSuspended) response.hold()
    void response.ended.then(() => {
      this.#heardAt = this.#clock.now()
      this.#idle.touch()
    })
    return response
  }

  #emit(event: LiveEvent): void {
    if (event.type === 'speechStarted') this.#idle.touch()
    void this.#events.push(event)
  }
}
