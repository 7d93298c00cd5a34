import type {LiveEvent} from '@essence/core/conversation/port'
import {Condition} from '@essence/core/kit/flow/condition'
import {AnswerWriter, type AnswerWriterOptions} from './answer-writer.ts'
import {newId} from './ids.ts'
import {type Item, shownItem} from './items/items.ts'

export interface NarratorOptions extends Omit<AnswerWriterOptions, 'plan'> {
  /** How the next answer that nobody asked for is given. */
  plan: () => AnswerWriterOptions['plan']
  transcribes: () => boolean
  /** ms of the client's sound so far. */
  heardMs: () => number
  /** The person has had their say. */
  onTurn: () => void
  /** The person said nothing for long. */
  onIdle: () => void
}

/** Tells the client what happens in the conversation, in the terms and the order of OpenAI. */
export class Narrator {
  readonly #options: NarratorOptions
  readonly #changed = new Condition()
  /** Items of the person, by the conversation's own ids. */
  readonly #items = new Map<string, Extract<Item, {type: 'message'}>>()
  /** Answers that were asked for and have not begun. */
  readonly #planned = new Map<string, AnswerWriter>()
  readonly #answers = new Map<string, AnswerWriter>()
  /** The latest answers, whose items may still be cut. */
  #latest: AnswerWriter[] = []
  #isHearing = false

  constructor(options: NarratorOptions) {
    this.#options = options
  }

  /** The answer under way. */
  get active(): AnswerWriter | undefined {
    return [...this.#planned.values(), ...this.#answers.values()].at(-1)
  }

  /** An answer was asked for. @param id of the conversation */
  planned(id: string, plan: AnswerWriterOptions['plan']): void {
    this.#planned.set(id, new AnswerWriter({...this.#options, plan}))
  }

  /** The answer that an item is of, if it is one of the latest. */
  answerOf(item: Item): AnswerWriter | undefined {
    return this.#latest.find(({message}) => message === item)
  }

  /** The answer that began last. */
  get last(): AnswerWriter | undefined {
    return this.#latest.at(-1)
  }

  /** What was said is about to be known. */
  get isHearing(): boolean {
    return this.#isHearing
  }

  /** A turn was ended by hand, or its sound forgotten. */
  set isHearing(isHearing: boolean) {
    this.#isHearing = isHearing
    this.#changed.changed()
  }

  /** Resolves once what was said is known, or the signal aborts. */
  async heard(signal: AbortSignal): Promise<void> {
    await this.#changed.until(() => !this.#isHearing, signal)
  }

  /** Resolves to true once no answer is under way, to false where the signal aborts first. */
  silent(signal: AbortSignal): Promise<boolean> {
    return this.#changed.until(() => this.active === undefined, signal)
  }

  async take(event: LiveEvent): Promise<void> {
    await this.#told(event)
    this.#changed.changed()
  }

  async #told(event: LiveEvent): Promise<void> {
    const {send, transcribes, failure, heardMs} = this.#options
    switch (event.type) {
      case 'speechStarted':
        return send({
          type: `${buffer}.speech_started`,
          audio_start_ms: event.atMs,
          item_id: this.#itemOf(event.item).id,
        })
      case 'speechStopped':
        return send({type: `${buffer}.speech_stopped`, audio_end_ms: event.atMs, item_id: this.#itemOf(event.item).id})
      case 'dismissed':
        this.#isHearing = false
        if (event.item === undefined) return
        send({type: `${buffer}.speech_stopped`, audio_end_ms: heardMs(), item_id: this.#itemOf(event.item).id})
        return void this.#items.delete(event.item)
      case 'words':
        if (!transcribes()) return
        return send({type: `${transcription}.delta`, ...this.#place(event.item), delta: event.text})
      case 'committed':
        this.#commit(this.#itemOf(event.item))
        return this.#options.onTurn()
      case 'transcript': {
        const {text, audioMs} = event.transcript
        const place = this.#place(event.item)
        this.#heard(event.item, text)
        if (!transcribes()) return
        const usage = {type: 'duration', seconds: audioMs / 1000}
        return send({type: `${transcription}.completed`, ...place, transcript: text, usage})
      }
      case 'transcriptFailed': {
        const place = this.#place(event.item)
        this.#heard(event.item, null)
        return send({type: `${transcription}.failed`, ...place, error: failure(event.error)})
      }
      case 'idle':
        return this.#idle()
      case 'responseStarted':
        return this.#begin(event.response)
      case 'delta':
        return this.#answers.get(event.response)?.delta(event.text)
      case 'sentence':
        return this.#answers.get(event.response)?.sentence(event.text)
      case 'audio':
        return this.#answers.get(event.response)?.audio(event)
      case 'responseEnded':
        return this.#end(event)
    }
  }

  #begin(response: string): void {
    const writer = this.#planned.get(response) ?? new AnswerWriter({...this.#options, plan: this.#options.plan()})
    this.#planned.delete(response)
    this.#answers.set(response, writer)
    this.#latest = [...this.#latest, writer].slice(-maxLatest)
    writer.begin()
  }

  async #end(event: Extract<LiveEvent, {type: 'responseEnded'}>): Promise<void> {
    using writer = this.#answers.get(event.response)
    await writer?.end(event)
    this.#answers.delete(event.response)
    if (event.error) this.#options.send({type: 'error', error: {...this.#options.failure(event.error), event_id: null}})
  }

  /** Items of the person are told of once they are whole. */
  #commit(item: Item): void {
    const {send, items} = this.#options
    const previous_item_id = items.add(item)
    send({type: `${buffer}.committed`, previous_item_id, item_id: item.id})
    for (const step of ['added', 'done']) {
      send({type: `conversation.item.${step}`, previous_item_id, item: shownItem(item)})
    }
  }

  #idle(): void {
    const audio_end_ms = this.#options.heardMs()
    const item = spokenItem('')
    this.#options.send({
      ...{type: `${buffer}.timeout_triggered`, audio_start_ms: audio_end_ms, audio_end_ms, item_id: item.id},
    })
    this.#commit(item)
    this.#options.onIdle()
  }

  #heard(item: string, transcript: string | null): void {
    this.#isHearing = false
    this.#itemOf(item).content = [{type: 'input_audio', transcript}]
    this.#items.delete(item)
  }

  #itemOf(id: string): Extract<Item, {type: 'message'}> {
    const known = this.#items.get(id)
    if (known) return known
    const item = spokenItem(null)
    this.#items.set(id, item)
    return item
  }

  #place(item: string): object {
    return {item_id: this.#itemOf(item).id, content_index: 0}
  }
}

/** Answers whose items can be cut at what was heard. */
const maxLatest = 8

const buffer = 'input_audio_buffer'
const transcription = 'conversation.item.input_audio_transcription'

const spokenItem = (transcript: string | null): Extract<Item, {type: 'message'}> => ({
  ...{id: newId('item'), status: 'completed', type: 'message', role: 'user'},
  content: [{type: 'input_audio', transcript}],
})
