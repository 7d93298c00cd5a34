import {clampedSamples} from '../../audio/pcm.ts'
import {isEssenceError} from '../../kit/errors.ts'
import {Channel} from '../../kit/flow/channel.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import {msOf, samplesPerMs} from '../duration.ts'
import type {HearOptions, SpeechEngine} from '../engine.ts'
import type {VadParameters} from '../port.ts'
import type {VoiceActivityDetector} from '../vad/vad.ts'
import type {Slot} from './engine-scheduler.ts'
import {InterimPace} from './interim-pace.ts'
import {type Listened, listenForSpeech, listenToAll, type SoundWindow} from './listen.ts'
import {SettledLanguage} from './settled-language.ts'
import {type HeardSpeech, hearWindow} from './transcribe-window.ts'
import type {WindowPacker} from './window-packer.ts'

/** What happens while a sound is heard; times in ms from its start. */
export type HeardEvent =
  | {type: 'speech-start' | 'speech-end'; atMs: number}
  | {type: 'interim'; heard: HeardSpeech}
  /** A window that will not change any more. `told`: an interim of it was given. */
  | {type: 'final'; heard: HeardSpeech; told: boolean}
  /** All of it was heard. */
  | {type: 'end'; audioMs: number; language: string}

export interface HearSoundOptions {
  engine: SpeechEngine
  slot: Slot
  /** Absent: everything is heard, in windows. */
  vad?: VoiceActivityDetector | undefined
  parameters: VadParameters
  /** As `recognitionLanguage` gives it. */
  language: string
  hear: Omit<HearOptions, 'language' | 'interim' | 'signal'>
  interim: boolean
  /** Puts windows together before they are heard, where nobody waits for them one by one. */
  packer?: WindowPacker
}

interface Utterance {
  window: SoundWindow
  /** An interim of it was given. */
  told: boolean
  /** It is being heard already, since it paused. */
  early: Promise<HeardSpeech> | undefined
}

/** What is heard in a pause, before it is certain that the utterance has ended. */
interface Early {
  start: number
  end: number
  begun: boolean
  /** Aborted when the utterance turns out to go on. */
  stale: AbortController
  heard?: Promise<HeardSpeech>
}

/** Windows that wait to be heard, beside the one that waits for room here: more, and the sound waits. */
const windowsAhead = 1

/** Events that wait to be taken: more, and hearing waits. */
const eventsAhead = 16

/**
 * The one way in which sound is heard, whole or while it arrives, in constant memory: one side listens for utterances and
 * hears them now and then while they grow, the other hears them once they are complete, in order.
 * @param sound pieces of mono, 16 kHz
 * @throws the reason of the slot's signal, and what the sound and the engine throw
 */
export async function* hearSound(
  sound: AsyncIterable<Float32Array>,
  options: HearSoundOptions,
): AsyncGenerator<HeardEvent> {
  const {signal} = options.slot
  const hearing = new Hearing(options)
  const fail = (error: unknown): void => hearing.fail(signal.aborted ? signal.reason : error)
  const onAbort = (): void => fail(signal.reason)
  signal.addEventListener('abort', onAbort, {once: true})
  const sides = [hearing.listen(sound), hearing.hear()].map(side => side.catch(fail))
  try {
    yield* hearing.events
  } finally {
    signal.removeEventListener('abort', onAbort)
    options.slot.end()
    // Whatever either side waits for, it learns that nobody does any more.
    hearing.fail(signal.reason)
    await Promise.all(sides)
  }
}

class Hearing {
  readonly events = new Channel<HeardEvent>(eventsAhead)
  readonly #options: HearSoundOptions
  readonly #windows = new Channel<Utterance>(windowsAhead)
  readonly #language: SettledLanguage
  readonly #pace = new InterimPace()
  /** Windows found and not heard yet. */
  #pending = 0
  #told = false
  #early: Early | undefined
  #growing: Extract<Listened, {type: 'growing'}> | undefined
  #samples = 0

  constructor(options: HearSoundOptions) {
    this.#options = options
    this.#language = new SettledLanguage(options.language)
  }

  fail(error: unknown): void {
    this.events.fail(error)
    this.#windows.fail(error)
  }

  async listen(sound: AsyncIterable<Float32Array>): Promise<void> {
    const {vad, parameters, packer, interim, slot} = this.#options
    const pieces = cleanPieces(untilAborted(sound, slot.signal))
    const listening = {parameters, signal: slot.signal}
    for await (const one of vad ? listenForSpeech(pieces, vad, listening) : listenToAll(pieces, listening)) {
      if (one.type === 'growing') {
        this.#growing = one
        this.#giveUpEarly()
        if (interim) this.#hearInterim()
      } else if (one.type === 'pause') {
        this.#growing = undefined
        if (!packer) this.#hearEarly(one.window)
      } else if (one.type === 'window') {
        this.#growing = undefined
        this.#pace.next()
        await this.#give(packer ? packer.add(one.window) : one.window)
      } else if (one.type === 'end') {
        this.#samples = one.samples
      } else {
        await this.events.push({type: one.type, atMs: Math.round(one.at / samplesPerMs)})
      }
    }
    await this.#give(packer?.flush())
    this.#windows.end()
  }

  async hear(): Promise<void> {
    for await (const {window, told, early} of this.#windows) {
      // One that gave way to another request is heard again.
      const heard = (await early?.catch(() => undefined)) ?? (await this.#hearWindow(window, 'final'))
      if (heard.segments.length > 0) this.#language.heard(heard.language, msOf(window.audio))
      this.#pending--
      await this.events.push({type: 'final', heard, told})
    }
    await this.events.push({
      type: 'end',
      audioMs: Math.round(this.#samples / samplesPerMs),
      language: this.#language.result,
    })
    this.events.end()
  }

  async #give(window: SoundWindow | undefined): Promise<void> {
    if (!window) return
    this.#pending++
    const told = this.#told
    this.#told = false
    const early = this.#earlyOf(window)
    await this.#windows.push({window, told, early})
  }

  #hearWindow(window: SoundWindow, kind: 'final' | 'interim'): Promise<HeardSpeech> {
    const {engine, slot, hear} = this.#options
    const asked = {...hear, language: this.#language.current, interim: kind === 'interim'}
    return slot.run(kind, signal => hearWindow(engine, window, {...asked, signal}))
  }

  /** Hears what will be the final if the pause lasts, as thoroughly, while it is waited for; where nothing else is to be heard. */
  #hearEarly(window: SoundWindow): void {
    this.#giveUpEarly()
    if (this.#pending > 0) return
    const {engine, slot, hear} = this.#options
    const asked = {...hear, language: this.#language.current, interim: false}
    const stale = new AbortController()
    const early: Early = {start: window.start, end: window.start + window.audio.length, begun: false, stale}
    const work = (signal: AbortSignal): Promise<HeardSpeech> => {
      early.begun = true
      return hearWindow(engine, window, {...asked, signal})
    }
    early.heard = slot.run('interim', work, stale.signal)
    // Whether it failed is asked when the window is complete.
    early.heard.catch(() => {})
    this.#early = early
  }

  /** What nobody will ask for must not keep the engine from what is said now. */
  #giveUpEarly(): void {
    this.#early?.stale.abort()
    this.#early = undefined
  }

  /** What was heard early, where it is of this very window and not still waiting for its turn. */
  #earlyOf({start, audio}: SoundWindow): Promise<HeardSpeech> | undefined {
    const early = this.#early
    if (early?.begun && early.start === start && early.end === start + audio.length) {
      this.#early = undefined
      return early.heard
    }
    this.#giveUpEarly()
    return
  }

  /** Hears the window under way where that is due; beside the listening. Only that it gave way to a final is no failure. */
  #hearInterim(): void {
    const growing = this.#growing
    if (!growing || this.#pending > 0 || !this.#pace.due(growing.speechStart, growing.end)) return
    const work = async (current: () => boolean): Promise<void> => {
      const heard = await this.#hearWindow(growing.take(), 'interim')
      if (!current() || heard.segments.length === 0 || !this.events.empty) return
      this.#told = true
      await this.events.push({type: 'interim', heard})
    }
    this.#pace.run(growing.end, work).then(
      // What came meanwhile may be enough for the next.
      () => this.#hearInterim(),
      error => {
        const gaveWay = isEssenceError(error) && error.code === 'CANCELLED'
        if (!gaveWay) this.fail(error)
      },
    )
  }
}

async function* cleanPieces(pieces: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
  for await (const piece of pieces) yield clampedSamples(piece)
}
