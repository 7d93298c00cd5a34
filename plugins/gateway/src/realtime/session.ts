import {openConversation} from '@essence/core/conversation/conversation'
import type {LiveConversation} from '@essence/core/conversation/port'
import {EssenceError} from '@essence/core/kit/errors'
import {limited} from '../door/limits.ts'
import {closeCodes} from '../door/socket/outbox.ts'
import {keyOf} from '../openai/asked.ts'
import {refusal} from '../openai/errors.ts'
import {Answers} from './answers.ts'
import {type SessionAssistants, sessionAssistants} from './assistants.ts'
import type {ClientEvent} from './client-event.ts'
import {errorEvent, failureOf} from './error-event.ts'
import {newId, type ServerEvent} from './ids.ts'
import {madeItem} from './items/item-commands.ts'
import {Items, shownItem} from './items/items.ts'
import {LateCut} from './late-cut.ts'
import {Link} from './link.ts'
import {Narrator} from './narrator.ts'
import {type Served, sessionEngines} from './served.ts'
import {isSpoken, type SessionConfig, shownSession, turnTakingOf} from './session-config.ts'
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
  /** ms it lasts at most. */
  lifetimeMs: number
  onClose: () => void
}

/** A live conversation with one client, over one connection after the other. */
export class RealtimeSession {
  readonly id = newId('sess')
  readonly served: Served
  readonly link: Link
  readonly lifetimeMs: number
  readonly #expiresAt: number
  readonly #options: SessionOptions
  readonly #items = new Items()
  readonly #closing = new AbortController()
  readonly #live: LiveConversation
  readonly #narrator: Narrator
  readonly #answers: Answers
  readonly #sound: IncomingSound
  readonly #assistantOf: SessionAssistants
  #config: SessionConfig
  #voice: string | undefined
  /** Turns that were counted and thrown away: so many further ones are not counted. */
  #credit = 0

  constructor(options: SessionOptions) {
    const {served, config, voice, name} = options
    const {context, speaker, listening} = served
    this.#options = options
    this.lifetimeMs = options.lifetimeMs
    this.#expiresAt = Math.floor((Date.now() + options.lifetimeMs) / 1000)
    this.served = served
    this.#config = config
    this.#voice = voice
    this.link = new Link(() => this.close('What was sent is not read.', closeCodes.tryAgainLater))
    const send = (event: ServerEvent): void => this.link.send(event)
    const judged = new JudgedSound(listening.vad)
    const lateCut = new LateCut(this.#closing.signal)
    this.#assistantOf = sessionAssistants({
      ...{items: this.#items, served, lateCut},
      conversation: keyOf(speaker, this.id),
    })
    this.#live = openConversation({
      engines: {...sessionEngines(served, () => this.#config), assistant: this.#assistantOf(config)},
      vad: judged.vad,
      endOfTurn: listening.endOfTurn,
      ...{speaker, session: name ?? `realtime:${this.id}`, channel: context.record.channel},
      ...{voice, language: this.#language(config), turnTaking: turnTakingOf(config)},
      run: admittedTurn({
        ...{context, speaker, admit: () => this.#admit()},
        onDiscard: () => this.#credit++,
        isSpoken: () => isSpoken(this.#config),
        onWaiting: before => this.link.send({type: 'june.queue.updated', before}),
      }),
    })
    this.#sound = new IncomingSound({
      ...{format: config.audio.input.format, judged, signal: this.#closing.signal},
      hear: audio => this.#live.hear(audio),
    })
    this.#narrator = new Narrator({
      ...{items: this.#items, conversation: newId('conv'), isJune: served.model.kind === 'june'},
      send,
      failure: error => failureOf(error, context.record.log),
      plan: () => this.#answers.plan(this.#config),
      transcribes: () => this.#config.audio.input.transcription !== null,
      heardMs: () => this.#sound.heardMs,
      onTurn: () => this.#countTurn(),
      onIdle: () => this.#answers.goOn(),
    })
    this.#answers = new Answers({
      ...{served, items: this.#items, live: this.#live, narrator: this.#narrator, assistantOf: this.#assistantOf},
      ...{lateCut, send, fail: (error, eventId) => this.fail(error, eventId), signal: this.#closing.signal},
      session: () => ({config: this.#config, voice: this.#voice}),
    })
    this.link.send({type: 'session.created', session: this.#shown()})
    void this.#tell()
  }

  /** Resolves once nothing is being answered, or the deadline aborts. */
  idle(deadline: AbortSignal): Promise<boolean> {
    return this.#narrator.silent(AbortSignal.any([deadline, this.#closing.signal]))
  }

  /** Its time is almost over: it ends once nothing is being answered. @param withinMs or after so many ms */
  async expire(withinMs: number): Promise<void> {
    await this.idle(AbortSignal.timeout(withinMs))
    const minutes = this.lifetimeMs / 60_000
    this.fail(refusal(`This session has lasted ${minutes} minutes, and ends.`, {fault: 'session_expired'}))
    this.close('The session has lasted as long as one may.')
  }

  /** The connection is lost: the conversation waits for the next. */
  suspend(): void {
    this.link.detach()
    this.#live.suspend()
  }

  resume(): void {
    this.#live.resume()
  }

  /** @param code of RFC 6455, or ours */
  close(reason: string, code: number = closeCodes.normal): void {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new EssenceError('CANCELLED', reason))
    this.link.socket?.close(code, reason)
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
        this.#live.change({voice, language: this.#language(config), turnTaking, assistant: this.#assistantOf(config)})
        return this.link.send({type: 'session.updated', session: this.#shown()})
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
        return this.#answers.truncate(event)
      case 'response.create':
        return this.#answers.create(event.response ?? {}, event.event_id ?? undefined)
      case 'response.cancel':
        return this.#answers.cancel(event.response_id ?? undefined)
    }
  }

  #shown(): object {
    return shownSession(this.id, this.#config, this.#expiresAt)
  }

  async #tell(): Promise<void> {
    try {
      for await (const event of this.#live.events) await this.#narrator.take(event)
    } catch (error) {
      this.fail(error)
      this.close('The conversation failed.', closeCodes.failed)
    }
  }

  #language({audio}: SessionConfig): string | undefined {
    return audio.input.transcription?.language ?? this.served.context.language
  }

  /** Turns that are not answered are counted by themselves. */
  #countTurn(): void {
    const verdict = this.#config.type === 'transcription' ? this.served.count() : undefined
    if (!verdict || verdict.ok) return
    this.fail(limited(verdict.retryAfterMs))
    this.close('That was too much at once.', closeCodes.tryAgainLater)
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
