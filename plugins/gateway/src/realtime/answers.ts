import type {LiveConversation} from '@essence/core/conversation/port'
import {defined} from '@essence/core/kit/defined'
import {refusal} from '../openai/errors.ts'
import type {AnswerPlan} from './answer-writer.ts'
import {newText, type SessionAssistants} from './assistants.ts'
import type {ClientEvent} from './client-event.ts'
import type {ServerEvent} from './ids.ts'
import {itemsOf} from './items/item-commands.ts'
import type {Items} from './items/items.ts'
import type {LateCut} from './late-cut.ts'
import type {Narrator} from './narrator.ts'
import type {Served} from './served.ts'
import {type AnswerConfig, assertServed, isSpoken, type SessionConfig} from './session-config.ts'
import type {WantedResponse} from './session-shape.ts'

export interface AnswersOptions {
  served: Served
  items: Items
  live: LiveConversation
  narrator: Narrator
  assistantOf: SessionAssistants
  lateCut: LateCut
  /** As it is in force. */
  session: () => {config: SessionConfig; voice: string | undefined}
  send: (event: ServerEvent) => void
  fail: (error: unknown, eventId?: string) => void
  /** Aborts when the session ends. */
  signal: AbortSignal
}

/** What a client says of answers: asks for one, ends one, cuts one. */
export class Answers {
  readonly #options: AnswersOptions

  constructor(options: AnswersOptions) {
    this.#options = options
  }

  /** Has the conversation answered, as a client wants it. @throws what is wrong with that */
  async create(wanted: WantedResponse, eventId?: string): Promise<void> {
    const creating = this.#create(wanted)
    // What was said is recognised meanwhile; whatever comes next is not to wait for it.
    if (!this.#options.narrator.isHearing) return creating
    creating.catch(error => this.#options.fail(error, eventId))
  }

  /** The person is silent for long: the model may say something of its own accord. June does not. */
  goOn(): void {
    const {served, session, fail} = this.#options
    if (served.model.kind === 'june' || !session().config.audio.input.turn_detection?.create_response) return
    this.#create({}).catch(error => fail(error))
  }

  async #create(wanted: WantedResponse): Promise<void> {
    const {served, items, live, narrator, session, assistantOf, signal} = this.#options
    served.assertAnswers()
    assertServed(wanted, served.model, 'response')
    const {audio, conversation, metadata, input, ...answer} = wanted
    const config: AnswerConfig = {...session().config, ...defined(answer)}
    if (isSpoken(config)) served.assertSpeaks()
    const voice =
      audio?.output?.voice === undefined ? session().voice : await served.voice(audio.output.voice, 'response')
    await narrator.heard(signal)
    if (narrator.active) {
      const message = 'June is answering already. Wait for response.done, or cancel it.'
      throw refusal(message, {fault: 'conversation_already_has_active_response'})
    }
    const read = input && itemsOf(input, items)
    if (served.model.kind === 'june' && newText(items.unanswered) === '') {
      throw refusal('There is nothing to answer: June answers what the person says or writes.', {param: 'response'})
    }
    const plan = {
      ...this.plan(config),
      ...defined({format: audio?.output?.format, voice: audio?.output?.voice}),
      metadata: metadata ?? null,
      isKept: conversation !== 'none',
    }
    const response = live.respond({assistant: assistantOf(config, read), speak: plan.isSpoken, voice})
    narrator.planned(response, plan)
  }

  /** @throws USAGE: it is not under way */
  cancel(id: string | undefined): void {
    const {live, narrator} = this.#options
    const {active} = narrator
    if (!active || (id !== undefined && id !== active.id)) {
      throw refusal('No such answer is under way.', {fault: 'response_cancel_not_active'})
    }
    active.isCancelled = true
    live.cancel()
  }

  /** Cuts a spoken answer at what was heard of it; one that is being given ends. @throws USAGE */
  async truncate(event: Extract<ClientEvent, {type: 'conversation.item.truncate'}>): Promise<void> {
    const {item_id, content_index, audio_end_ms} = event
    const {items, live, narrator, lateCut, send, signal} = this.#options
    const answer = narrator.answerOf(items.get(item_id))
    if (!answer?.plan.isSpoken || content_index !== 0) {
      const message = `${item_id} is no spoken answer of late: there is no sound to cut.`
      throw refusal(message, {param: content_index === 0 ? 'item_id' : 'content_index', fault: 'invalid_value'})
    }
    if (audio_end_ms > answer.sentMs) {
      const message = `The sound of ${item_id} lasts ${answer.sentMs} ms, which is less than ${audio_end_ms} ms.`
      throw refusal(message, {param: 'audio_end_ms', fault: 'invalid_value'})
    }
    if (answer === narrator.active) {
      answer.isCancelled = true
      live.cancel(audio_end_ms)
      await narrator.silent(signal)
    }
    const heard = answer.truncate(audio_end_ms)
    if (answer === narrator.last) lateCut.cut(heard)
    send({type: 'conversation.item.truncated', item_id, content_index, audio_end_ms})
  }

  /** How an answer is given. */
  plan(config: AnswerConfig): AnswerPlan {
    const {format, voice} = this.#options.session().config.audio.output
    const maxTokens = config.max_output_tokens
    return {isSpoken: isSpoken(config), format, voice, maxTokens, metadata: null, isKept: true}
  }
}
