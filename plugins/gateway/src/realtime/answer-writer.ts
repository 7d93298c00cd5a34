import type {LiveEvent} from '@essence/core/conversation/port'
import {breakOff, heardText, type SpokenSentence} from '@essence/core/conversation/speaking/heard'
import type {TokenUsage, ToolCall} from '@essence/core/llm/port'
import {answerMetadata} from './answer-metadata.ts'
import {newId, type ServerEvent} from './ids.ts'
import {type Item, type Items, shownItem, textOf} from './items/items.ts'
import type {SessionConfig} from './session-config.ts'
import type {SoundFormat} from './sound/format.ts'
import {OutgoingSound} from './sound/outgoing.ts'

type Ended = Extract<LiveEvent, {type: 'responseEnded'}>
type Message = Extract<Item, {type: 'message'}>

/** How one response is given. */
export interface AnswerPlan {
  isSpoken: boolean
  format: SoundFormat
  voice: string
  maxTokens: SessionConfig['max_output_tokens']
  metadata: Record<string, string> | null
  /** Its items become part of the conversation. */
  isKept: boolean
}

export interface AnswerWriterOptions {
  plan: AnswerPlan
  items: Items
  conversation: string
  /** June answers: what she leans on, asks and does is told as metadata. */
  isJune: boolean
  send: (event: ServerEvent) => void
  failure: (error: unknown) => {type: string; code: string | null; message: string}
}

/** Tells one response to the client, event by event. */
export class AnswerWriter implements Disposable {
  readonly id = newId('resp')
  readonly plan: AnswerPlan
  /** The client cancelled it. */
  isCancelled = false
  readonly #options: AnswerWriterOptions
  readonly #sound: OutgoingSound
  readonly #output: Item[] = []
  readonly #sentences: SpokenSentence[] = []
  #message: Message | undefined
  #said = ''

  constructor(options: AnswerWriterOptions) {
    this.#options = options
    this.plan = options.plan
    this.#sound = new OutgoingSound(options.plan.format)
  }

  /** The item that is being said. */
  get message(): Item | undefined {
    return this.#message
  }

  /** ms of sound that were sent. */
  get sentMs(): number {
    return Math.floor(this.#sound.writtenMs)
  }

  /** Cuts what was said at what was heard within so many ms; what was cut before stays so. @returns what is left */
  truncate(ms: number): string {
    const heard = heardText(this.#sentences, ms)
    if (this.#message && heard.length < textOf(this.#message).length) setText(this.#message, heard)
    return this.#message ? textOf(this.#message) : ''
  }

  begin(): void {
    this.#send('response.created', {response: this.#shown('in_progress', null)})
  }

  delta(text: string): void {
    if (this.plan.isSpoken) return
    this.#tell(text)
  }

  sentence(text: string): void {
    const startMs = this.#sound.writtenMs
    this.#sentences.push({text, startMs, endMs: startMs})
    this.#tell(text)
  }

  async audio(chunk: {pcm: Float32Array; sampleRate: number}): Promise<void> {
    const message = this.#opened()
    this.#sendSound(message, await this.#sound.write(chunk))
  }

  async end(ended: Ended): Promise<void> {
    const isWithdrawn = ended.status === 'cancelled' && !this.isCancelled
    if (this.#message) this.#sendSound(this.#message, await this.#sound.end())
    if (ended.status !== 'completed') breakOff(this.#sentences, ended)
    const text = isWithdrawn ? '' : ended.status === 'completed' ? ended.text : ended.heard
    const said = this.#said.trim()
    // What could not be spoken is read.
    if (text.length > said.length && text.startsWith(said)) this.#tell(text.slice(said.length))
    const isWhole = ended.status === 'completed' && ended.model?.finish !== 'length'
    if (this.#message) this.#close(this.#message, {text, isWhole, isWithdrawn})
    if (ended.status === 'completed') for (const call of ended.calls ?? []) this.#call(call)
    const status = isWhole ? 'completed' : statuses[ended.status]
    const carried = this.#options.isJune && !isWithdrawn ? answerMetadata(ended) : {}
    const metadata = {...carried, ...this.plan.metadata}
    const response = this.#shown(status, this.#details(ended, status), usageOf(ended.model?.usage))
    this.#send('response.done', {
      response: Object.keys(metadata).length > 0 ? {...response, metadata} : response,
    })
  }

  [Symbol.dispose](): void {
    this.#sound[Symbol.dispose]()
  }

  #details({status, error}: Ended, told: string): object | null {
    if (told === 'completed') return null
    if (told === 'incomplete') return {type: told, reason: 'max_output_tokens'}
    if (status === 'failed') {
      const {type, code, message} = this.#options.failure(error)
      return {type: told, error: {type, code, message}}
    }
    return {type: told, reason: this.isCancelled ? 'client_cancelled' : 'turn_detected'}
  }

  /** The message, which is told of with its first word. */
  #opened(): Message {
    if (this.#message) return this.#message
    const message: Message = {id: newId('item'), status: 'in_progress', type: 'message', role: 'assistant', content: []}
    this.#message = message
    this.#open(message)
    message.content.push(this.plan.isSpoken ? {type: 'output_audio', transcript: ''} : {type: 'output_text', text: ''})
    this.#send('response.content_part.added', {...this.#place(message), part: this.#part('')})
    return message
  }

  #open(item: Item): void {
    const output_index = this.#output.push(item) - 1
    this.#send('response.output_item.added', {...this.#own(), output_index, item: shownItem(item)})
    if (!this.plan.isKept) return
    const previous_item_id = this.#options.items.add(item)
    this.#send('conversation.item.added', {previous_item_id, item: shownItem(item)})
  }

  #done(item: Item): void {
    const output_index = this.#output.indexOf(item)
    this.#send('response.output_item.done', {...this.#own(), output_index, item: shownItem(item)})
    if (!this.plan.isKept) return
    this.#send('conversation.item.done', {previous_item_id: this.#options.items.before(item), item: shownItem(item)})
  }

  #tell(text: string): void {
    const message = this.#opened()
    this.#said += text
    const kind = this.plan.isSpoken ? 'output_audio_transcript' : 'output_text'
    this.#send(`response.${kind}.delta`, {...this.#place(message), delta: text})
    setText(message, this.#said)
  }

  #sendSound(message: Message, base64: string): void {
    const sentence = this.#sentences.at(-1)
    if (sentence) sentence.endMs = this.#sound.writtenMs
    if (base64 !== '') this.#send('response.output_audio.delta', {...this.#place(message), delta: base64})
  }

  #close(message: Message, {text, isWhole, isWithdrawn}: {text: string; isWhole: boolean; isWithdrawn: boolean}): void {
    const place = this.#place(message)
    setText(message, text)
    message.status = isWhole ? 'completed' : 'incomplete'
    message.isWithdrawn = isWithdrawn
    if (this.plan.isSpoken) {
      this.#send('response.output_audio.done', place)
      this.#send('response.output_audio_transcript.done', {...place, transcript: text})
    } else this.#send('response.output_text.done', {...place, text})
    this.#send('response.content_part.done', {...place, part: this.#part(text)})
    this.#done(message)
  }

  #call({id, name, arguments: given}: ToolCall): void {
    const item: Item = {
      ...{id: newId('item'), status: 'in_progress', type: 'function_call', call_id: id, name},
      arguments: '',
    }
    this.#open(item)
    const place = {...this.#own(), item_id: item.id, output_index: this.#output.indexOf(item), call_id: id}
    this.#send('response.function_call_arguments.delta', {...place, delta: given})
    this.#send('response.function_call_arguments.done', {...place, name, arguments: given})
    Object.assign(item, {status: 'completed', arguments: given})
    this.#done(item)
  }

  #part(text: string): object {
    return this.plan.isSpoken ? {type: 'audio', transcript: text} : {type: 'text', text}
  }

  #own(): {response_id: string} {
    return {response_id: this.id}
  }

  #place(message: Message): object {
    return {...this.#own(), item_id: message.id, output_index: this.#output.indexOf(message), content_index: 0}
  }

  #shown(status: string, status_details: object | null, usage: object | null = null): object {
    const {isSpoken, isKept, format, voice, maxTokens, metadata} = this.plan
    return {
      ...{object: 'realtime.response', id: this.id, status, status_details},
      output: this.#output.map(shownItem),
      conversation_id: isKept ? this.#options.conversation : null,
      output_modalities: [isSpoken ? 'audio' : 'text'],
      max_output_tokens: maxTokens,
      audio: {output: {format, voice}},
      usage,
      metadata,
    }
  }

  #send(type: string, more: object): void {
    this.#options.send({type, ...more})
  }
}

/** `completed`: as far as it was to be. */
const statuses = {completed: 'incomplete', interrupted: 'cancelled', cancelled: 'cancelled', failed: 'failed'} as const

const setText = ({content}: Message, text: string): void => {
  const [part] = content
  if (part?.type === 'output_text') part.text = text
  if (part?.type === 'output_audio') part.transcript = text
}

/** Sound has no tokens of its own here. */
const usageOf = ({promptTokens, completionTokens, cachedTokens}: Partial<TokenUsage> = {}): object => {
  const [input_tokens, output_tokens] = [promptTokens ?? 0, completionTokens ?? 0]
  return {
    ...{total_tokens: input_tokens + output_tokens, input_tokens, output_tokens},
    input_token_details: {
      text_tokens: input_tokens,
      audio_tokens: 0,
      image_tokens: 0,
      cached_tokens: cachedTokens ?? 0,
    },
    output_token_details: {text_tokens: output_tokens, audio_tokens: 0},
  }
}
