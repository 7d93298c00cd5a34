import {isEssenceError} from '../../kit/errors.ts'
import {Channel} from '../../kit/flow/channel.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import {msOf, samplesPerMs} from '../duration.ts'
import type {SpeechEngine, TranscribeOptions} from '../engine.ts'
import type {VadParameters} from '../port.ts'
import type {VoiceActivityDetector} from '../vad/vad.ts'
import type {Slot} from './engine-scheduler.ts'
import {InterimPace} from './interim-pace.ts'
import {SettledLanguage} from './settled-language.ts'
import {transcribeWindow, type WindowTranscript} from './transcribe-window.ts'
import {type AudioWindow, cutWindows, detectUtterances, type UtteranceEvent} from './utterances.ts'
import type {PackingLimits} from './window-packer.ts'

/** What happens while audio is recognised; times in ms from its start. */
export type PipelineEvent =
  | {type: 'speech-start' | 'speech-end'; atMs: number}
  | {type: 'interim'; transcript: WindowTranscript}
  /** Of a complete window; it will not change any more. */
  | {type: 'final'; transcript: WindowTranscript; interimEmitted: boolean}
  | {type: 'end'; audioMs: number; language: string}

export interface PipelineOptions {
  engine: SpeechEngine
  slot: Slot
  /** Absent: everything is transcribed, in windows. */
  vad?: VoiceActivityDetector | undefined
  parameters: VadParameters
  /** As `recognitionLanguage` gives it. */
  language: string
  request: Omit<TranscribeOptions, 'language' | 'interim' | 'signal'>
  interim: boolean
  /** Utterances are put together before they are transcribed: no client waits for them one by one. Not with `interim`. */
  packing?: PackingLimits | undefined
}

interface Utterance {
  window: AudioWindow
  interimEmitted: boolean
  /** It is being transcribed already, since it paused. */
  speculative: Promise<WindowTranscript> | undefined
}

/** A transcription that is begun in a pause, before it is certain that the utterance has ended. */
interface Speculation {
  start: number
  end: number
  begun: boolean
  /** Aborted when the utterance turns out to go on. */
  superseded: AbortController
  transcript?: Promise<WindowTranscript>
}

/** Windows that wait to be transcribed, beside the one that waits for room here: more, and the audio waits. */
const windowsAhead = 1

/** Events that wait to be taken: more, and transcription waits. */
const eventsAhead = 16

/**
 * Recognises audio, whole or while it arrives, in constant memory: one side detects utterances and transcribes them now and then
 * while they grow, the other transcribes them once they are complete, in order.
 * @param audio pieces of mono, 16 kHz, −1..1
 * @throws the reason of the slot's signal, and what the audio's source and the engine throw
 */
export async function* recognitionPipeline(
  audio: AsyncIterable<Float32Array>,
  options: PipelineOptions,
): AsyncGenerator<PipelineEvent> {
  const {signal} = options.slot
  const pipeline = new Pipeline(options)
  const fail = (error: unknown): void => pipeline.fail(signal.aborted ? signal.reason : error)
  const onAbort = (): void => fail(signal.reason)
  signal.addEventListener('abort', onAbort, {once: true})
  const sides = [pipeline.detect(audio), pipeline.transcribe()].map(side => side.catch(fail))
  try {
    yield* pipeline.events
  } finally {
    signal.removeEventListener('abort', onAbort)
    options.slot.end()
    // Ends every wait of either side.
    pipeline.fail(signal.reason)
    await Promise.all(sides)
  }
}

class Pipeline {
  readonly events = new Channel<PipelineEvent>(eventsAhead)
  readonly #options: PipelineOptions
  readonly #windows = new Channel<Utterance>(windowsAhead)
  readonly #language: SettledLanguage
  readonly #pace = new InterimPace()
  /** Windows found and not transcribed yet. */
  #pending = 0
  #interimEmitted = false
  #speculation: Speculation | undefined
  #growing: Extract<UtteranceEvent, {type: 'growing'}> | undefined
  #samples = 0

  constructor(options: PipelineOptions) {
    this.#options = options
    this.#language = new SettledLanguage(options.language)
  }

  fail(error: unknown): void {
    this.events.fail(error)
    this.#windows.fail(error)
  }

  async detect(audio: AsyncIterable<Float32Array>): Promise<void> {
    const {vad, parameters, packing, interim, slot} = this.#options
    const pieces = untilAborted(audio, slot.signal)
    const options = {parameters, signal: slot.signal, packing}
    for await (const event of vad ? detectUtterances(pieces, vad, options) : cutWindows(pieces, options)) {
      if (event.type === 'growing') {
        this.#growing = event
        this.#dropSpeculation()
        if (interim) this.#transcribeInterim()
      } else if (event.type === 'pause') {
        this.#growing = undefined
        this.#speculate(event.window)
      } else if (event.type === 'window') {
        this.#growing = undefined
        this.#pace.next()
        await this.#enqueue(event.window)
      } else if (event.type === 'end') {
        this.#samples = event.samples
      } else {
        await this.events.push({type: event.type, atMs: Math.round(event.at / samplesPerMs)})
      }
    }
    this.#windows.end()
  }

  async transcribe(): Promise<void> {
    for await (const {window, interimEmitted, speculative} of this.#windows) {
      // A speculation that was preempted by another request is done again.
      const transcript = (await speculative?.catch(() => undefined)) ?? (await this.#transcribe(window, 'final'))
      if (transcript.segments.length > 0) this.#language.add(transcript.language, msOf(window.audio))
      this.#pending--
      await this.events.push({type: 'final', transcript, interimEmitted})
    }
    await this.events.push({
      type: 'end',
      audioMs: Math.round(this.#samples / samplesPerMs),
      language: this.#language.result,
    })
    this.events.end()
  }

  async #enqueue(window: AudioWindow): Promise<void> {
    this.#pending++
    const interimEmitted = this.#interimEmitted
    this.#interimEmitted = false
    const speculative = this.#takeSpeculation(window)
    await this.#windows.push({window, interimEmitted, speculative})
  }

  #transcribe(window: AudioWindow, kind: 'final' | 'interim'): Promise<WindowTranscript> {
    const {engine, slot, request} = this.#options
    const options = {...request, language: this.#language.current, interim: kind === 'interim'}
    return slot.run(kind, signal => transcribeWindow(engine, window, {...options, signal}))
  }

  /** Transcribes what will be the final if the pause lasts, as thoroughly, before it is certain; where nothing else is to be done. */
  #speculate(window: AudioWindow): void {
    this.#dropSpeculation()
    if (this.#pending > 0) return
    const {engine, slot, request} = this.#options
    const options = {...request, language: this.#language.current, interim: false}
    const superseded = new AbortController()
    const speculation: Speculation = {
      start: window.start,
      end: window.start + window.audio.length,
      begun: false,
      superseded,
    }
    const work = (signal: AbortSignal): Promise<WindowTranscript> => {
      speculation.begun = true
      return transcribeWindow(engine, window, {...options, signal})
    }
    speculation.transcript = slot.run('interim', work, superseded.signal)
    // Looked at once the window is complete.
    speculation.transcript.catch(() => {})
    this.#speculation = speculation
  }

  /** A result that will not be used must not keep the engine from what is said now. */
  #dropSpeculation(): void {
    this.#speculation?.superseded.abort()
    this.#speculation = undefined
  }

  /** The speculative transcript, where it is of this very window and not still waiting for the engine. */
  #takeSpeculation({start, audio}: AudioWindow): Promise<WindowTranscript> | undefined {
    const speculation = this.#speculation
    if (speculation?.begun && speculation.start === start && speculation.end === start + audio.length) {
      this.#speculation = undefined
      return speculation.transcript
    }
    this.#dropSpeculation()
    return
  }

  /** Transcribes the window under way where that is due, beside the detection. To be preempted by a final is no failure. */
  #transcribeInterim(): void {
    const growing = this.#growing
    if (!growing || this.#pending > 0 || !this.#pace.due(growing.speechStart, growing.end)) return
    const work = async (current: () => boolean): Promise<void> => {
      const transcript = await this.#transcribe(growing.take(), 'interim')
      if (!current() || transcript.segments.length === 0 || !this.events.empty) return
      this.#interimEmitted = true
      await this.events.push({type: 'interim', transcript})
    }
    this.#pace.run(growing.end, work).then(
      // What arrived meanwhile may be enough for the next.
      () => this.#transcribeInterim(),
      error => {
        const preempted = isEssenceError(error) && error.code === 'CANCELLED'
        if (!preempted) this.fail(error)
      },
    )
  }
}
