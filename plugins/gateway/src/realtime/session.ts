import type {Assistant} from '@essence/core/assistant/port'
import {openConversation} from '@essence/core/conversation/conversation'
import type {LiveConversation} from '@essence/core/conversation/port'
import {defined} from '@essence/core/kit/defined'
import {EssenceError} from '@essence/core/kit/errors'
import {limited} from '../door/limits.ts'
import {keyOf} from '../openai/asked.ts'
import {refusal} from '../openai/errors.ts'
import type {AnswerPlan} from './answer-writer.ts'
import {juneAssistant, LastAnswer, modelAssistant, newText} from './assistants.ts'
import type {ClientEvent} from './client-event.ts'
import {errorEvent, failureOf} from './error-event.ts'
import {newId} from './ids.ts'
import {itemsOf, madeItem} from './item-commands.ts'
import {type Item, Items, shownItem} from './items.ts'
import {Link} from './link.ts'
import {Narrator} from './narrator.ts'
import {type Served, sessionEngines} from './served.ts'
import {
  type AnswerConfig,
  assertServed,
  chatOptionsOf,
  isSpoken,
  type SessionConfig,
  shownSession,
  turnTakingOf,
} from './session-config.ts'
import type {WantedResponse} from './session-shape.ts'
import {IncomingSound} from './sound/incoming.ts'
import {JudgedSound} from './sound/judged.ts'
import {admittedTurn} from './turn-run.ts'

export interface SessionOptions {
  served: Served
  config: SessionConfig
  /** Voice id of `config`; undefined: the default voice. */
  voice: string | undefined
  /** What the memory calls the conversation. */
  name: string | undefined
  onClose: () => void
}

/** A live conversation with one client, over one connection after the other. */
export class RealtimeSession {
  readonly id = newId('sess')
  readonly served: Served
  readonly link: Link
  readonly #options: SessionOptions
  readonly #items = new Items()
  readonly #last = new LastAnswer()
  readonly #closing = new AbortController()
  readonly #live: LiveConversation
  readonly #narrator: Narrator
  readonly #sound: IncomingSound
  #config: SessionConfig
  #voice: string | undefined
  /** Turns that were counted and thrown away: so many further ones are not counted. */
  #credit = 0

  constructor(options: SessionOptions) {
    const {served, config, voice, name} = options
    const {context, speaker, listening} = served
    this.#options = options
    this.served = served
    this.#config = config
    this.#voice = voice
    this.link = new Link(() => this.close('What was sent is not read.'))
    const judged = new JudgedSound(listening.vad)
    this.#live = openConversation({
      engines: {...sessionEngines(served, () => this.#config), assistant: this.#assistant(config)},
      vad: judged.vad,
      endOfTurn: listening.endOfTurn,
      ...{speaker, session: name ?? `realtime:${this.id}`, channel: context.record.channel},
      ...{voice, language: this.#language(config), turnTaking: turnTakingOf(config)},
      run: admittedTurn({
        ...{context, speaker, admit: () => this.#admit()},
        onDiscard: () => this.#credit++,
        isSpoken: () => isSpoken(this.#config),
      }),
    })
    this.#sound = new IncomingSound({
      ...{format: config.audio.input.format, judged, signal: this.#closing.signal},
      hear: audio => this.#live.hear(audio),
    })
    this.#narrator = new Narrator({
      ...{items: this.#items, conversation: newId('conv')},
      send: event => this.link.send(event),
      failure: error => failureOf(error, context.record.log),
      plan: () => this.#plan(this.#config),
      transcribes: () => this.#config.audio.input.transcription !== null,
      heardMs: () => this.#sound.heardMs,
      onIdle: () => this.#goOn(),
    })
    this.link.send({type: 'session.created', session: shownSession(this.id, config)})
    void this.#tell()
  }

  get signal(): AbortSignal {
    return this.#closing.signal
  }

  /** Resolves once nothing is being answered, or the deadline aborts. */
  idle(deadline: AbortSignal): Promise<boolean> {
    return this.#narrator.silent(AbortSignal.any([deadline, this.#closing.signal]))
  }

  /** The connection is lost: the conversation waits for the next. */
  suspend(): void {
    this.link.detach()
    this.#live.suspend()
  }

  resume(): void {
    this.#live.resume()
  }

  close(reason: string): void {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new EssenceError('CANCELLED', reason))
    this.link.socket?.close(1000, reason)
    this.link.detach()
    this.#sound[Symbol.dispose]()
    void this.#live.close()
    this.#options.onClose()
  }

  fail(error: unknown, eventId?: string): void {
    this.link.send(errorEvent(error, this.served.context.record.log, eventId))
  }

  /** @throws what is wrong with it */
  async handle(event: ClientEvent): Promise<void> {
    switch (event.type) {
      case 'session.update': {
        const {config, voice} = await this.served.updated(this.#config, event.session)
        await this.#sound.setFormat(config.audio.input.format)
        this.#config = config
        this.#voice = voice
        const turnTaking = turnTakingOf(config)
        this.#live.change({voice, language: this.#language(config), turnTaking, assistant: this.#assistant(config)})
        return this.link.send({type: 'session.updated', session: shownSession(this.id, config)})
      }
      case 'input_audio_buffer.append':
        this.served.assertHears()
        return this.#sound.push(event.audio)
      case 'input_audio_buffer.commit':
        await this.#sound.settle()
        if (!this.#live.commit()) {
          const message =
            'There is no sound to commit: at least 100 ms are needed, and speech where the server ends turns.'
          throw refusal(message, {fault: 'input_audio_buffer_commit_empty'})
        }
        this.#narrator.isHearing = true
        return
      case 'input_audio_buffer.clear':
        await this.#sound.settle()
        this.#live.clear()
        this.#narrator.isHearing = false
        return this.link.send({type: 'input_audio_buffer.cleared'})
      case 'output_audio_buffer.clear': {
        const message =
          'output_audio_buffer.clear is of WebRTC and SIP. Here the client plays what it gets, and clears that itself.'
        throw refusal(message, {param: 'type', fault: 'invalid_value'})
      }
      case 'conversation.item.create': {
        const item = madeItem(event.item, this.served.model)
        const previous_item_id = this.#items.add(item, event.previous_item_id ?? undefined)
        const shown = {previous_item_id, item: shownItem(item)}
        this.link.send({type: 'conversation.item.added', ...shown})
        return this.link.send({type: 'conversation.item.done', ...shown})
      }
      case 'conversation.item.retrieve':
        return this.link.send({type: 'conversation.item.retrieved', item: shownItem(this.#items.get(event.item_id))})
      case 'conversation.item.delete':
        this.served.assertForgets(this.#items, event.item_id)
        this.#items.remove(event.item_id)
        return this.link.send({type: 'conversation.item.deleted', item_id: event.item_id})
      case 'conversation.item.truncate':
        return this.#truncate(event)
      case 'response.create': {
        const responding = this.#respond(event.response ?? {})
        // What was said is recognised meanwhile; whatever comes next is not to wait for it.
        if (!this.#narrator.isHearing) return responding
        responding.catch(error => this.fail(error, event.event_id ?? undefined))
        return
      }
      case 'response.cancel':
        return this.#cancel(event.response_id ?? undefined)
    }
  }

  async #tell(): Promise<void> {
    try {
      for await (const event of this.#live.events) await this.#narrator.take(event)
    } catch (error) {
      this.fail(error)
      this.close('The conversation failed.')
    }
  }

  async #respond(wanted: WantedResponse): Promise<void> {
    const {served} = this
    served.assertAnswers()
    assertServed(wanted, served.model, 'response')
    const {audio, conversation, metadata, input, ...answer} = wanted
    const config: AnswerConfig = {...this.#config, ...defined(answer)}
    if (isSpoken(config)) served.assertSpeaks()
    const voice = audio?.output?.voice === undefined ? this.#voice : await served.voice(audio.output.voice)
    await this.#narrator.heard(this.signal)
    if (this.#narrator.active) {
      const message = 'June is answering already. Wait for response.done, or cancel it.'
      throw refusal(message, {fault: 'conversation_already_has_active_response'})
    }
    const items = input && itemsOf(input, this.#items)
    if (served.model.kind === 'june' && newText(this.#items.unanswered) === '') {
      throw refusal('There is nothing to answer: June answers what the person says or writes.', {param: 'response'})
    }
    const plan = {
      ...this.#plan(config),
      ...defined({format: audio?.output?.format, voice: audio?.output?.voice}),
      metadata: metadata ?? null,
      isKept: conversation !== 'none',
    }
    const assistant = this.#assistant(config, items)
    this.#narrator.planned(this.#live.respond({assistant, speak: plan.isSpoken, voice}), plan)
  }

  /** The person is silent for long: the model may say something of its own accord. */
  #goOn(): void {
    const {model} = this.served
    if (model.kind === 'june' || !this.#config.audio.input.turn_detection?.create_response) return
    this.#respond({}).catch(error => this.fail(error))
  }

  #cancel(id: string | undefined): void {
    const {active} = this.#narrator
    if (!active || (id !== undefined && id !== active.id)) {
      throw refusal('No such answer is under way.', {fault: 'response_cancel_not_active'})
    }
    active.isCancelled = true
    this.#live.cancel()
  }

  async #truncate(event: Extract<ClientEvent, {type: 'conversation.item.truncate'}>): Promise<void> {
    const {item_id, content_index, audio_end_ms} = event
    const answer = this.#narrator.answerOf(this.#items.get(item_id))
    if (!answer?.plan.isSpoken || content_index !== 0) {
      const message = `${item_id} is no spoken answer of late: there is no sound to cut.`
      throw refusal(message, {param: content_index === 0 ? 'item_id' : 'content_index', fault: 'invalid_value'})
    }
    if (audio_end_ms > answer.sentMs) {
      const message = `The sound of ${item_id} lasts ${answer.sentMs} ms, which is less than ${audio_end_ms} ms.`
      throw refusal(message, {param: 'audio_end_ms', fault: 'invalid_value'})
    }
    if (answer === this.#narrator.active) {
      answer.isCancelled = true
      this.#live.cancel(audio_end_ms)
      await this.#narrator.silent(this.signal)
    }
    answer.truncate(audio_end_ms)
    this.link.send({type: 'conversation.item.truncated', item_id, content_index, audio_end_ms})
  }

  #plan(config: AnswerConfig): AnswerPlan {
    const {format, voice} = this.#config.audio.output
    const maxTokens = config.max_output_tokens
    return {isSpoken: isSpoken(config), format, voice, maxTokens, metadata: null, isKept: true}
  }

  #assistant(config: AnswerConfig, input?: readonly Item[]): Assistant {
    const {engines, model, speaker} = this.served
    const {max_output_tokens: max, instructions} = config
    const common = {items: this.#items, last: this.#last}
    if (model.kind === 'june' || !engines.model) {
      return juneAssistant({...common, assistant: engines.assistant, maxTokens: max === 'inf' ? undefined : max})
    }
    const conversation = keyOf(speaker, this.id)
    return modelAssistant({
      ...common,
      model: engines.model,
      conversation,
      instructions,
      options: chatOptionsOf(config),
      input,
    })
  }

  #language({audio}: SessionConfig): string | undefined {
    return audio.input.transcription?.language ?? this.served.context.language
  }

  /** @throws RATE_LIMITED, TOKEN_REJECTED, NOT_ALLOWED */
  async #admit(): Promise<void> {
    await this.served.assertStanding()
    if (this.#credit > 0) {
      this.#credit--
      return
    }
    const verdict = this.served.count()
    if (!verdict) return
    if (!verdict.ok) throw limited(verdict.retryAfterMs)
    const {limit, remaining, resetMs} = verdict
    const rate = {name: 'requests', limit: limit.count, remaining, reset_seconds: resetMs / 1000}
    this.link.send({type: 'rate_limits.updated', rate_limits: [rate]})
  }
}
