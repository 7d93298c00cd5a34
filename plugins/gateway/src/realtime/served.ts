import type {Caller} from '@essence/core/access/port'
import type {Listening} from '@essence/core/engines/listening'
import type {Engines} from '@essence/core/engines/open'
import {isEssenceError} from '@essence/core/kit/errors'
import {mainLanguage} from '@essence/core/text/language-tag'
import type {TurnEngines} from '@essence/core/voice/turn'
import type {FastifyRequest} from 'fastify'
import {assertAllowed, bearerOf, originOf, speakerOf} from '../door/callers.ts'
import type {GatewayContext} from '../door/context.ts'
import {refusal} from '../openai/errors.ts'
import {june, namedModel, type ServedModel} from '../openai/models.ts'
import {knownVoices, voiceNamed} from '../openai-audio/voices.ts'
import type {Items} from './items/items.ts'
import {assertServed, isSpoken, type SessionConfig, updatedConfig} from './session-config.ts'
import type {WantedSession} from './session-shape.ts'

export interface ServedOptions {
  request: FastifyRequest
  context: GatewayContext
  engines: Engines
  listening: Listening
  model: ServedModel
  /** Only recognition. */
  isTranscription: boolean
}

/** Whom a session serves, with what, and what they may have of it. */
export class Served {
  readonly context: GatewayContext
  readonly engines: Engines
  readonly listening: Listening
  readonly model: ServedModel
  readonly speaker: string
  readonly #isTranscription: boolean
  /** The latest that the person sent. */
  #request: FastifyRequest

  /** @throws NOT_ALLOWED */
  constructor({request, context, engines, listening, model, isTranscription}: ServedOptions) {
    this.context = context
    this.engines = engines
    this.listening = listening
    this.model = model
    this.speaker = speakerOf(request.caller)
    this.#isTranscription = isTranscription
    this.#request = request
    this.assertMayUse(request.caller)
  }

  /** Whether answers may be spoken to the caller. */
  get speaks(): boolean {
    return this.model.kind === 'june' || this.caller.permissions.has('service.tts')
  }

  get caller(): Caller {
    return this.#request.caller
  }

  /** @throws NOT_ALLOWED */
  assertMayUse(caller: Caller): void {
    const {kind} = this.model
    const needed = this.#isTranscription ? 'service.stt' : kind === 'june' ? 'conversations.write' : 'service.inference'
    assertAllowed(caller, needed)
  }

  /** The person has come back: from now on what they bring counts. */
  set request(request: FastifyRequest) {
    this.#request = request
  }

  /** @throws NOT_ALLOWED */
  assertHears(): void {
    if (this.model.kind !== 'june') assertAllowed(this.caller, 'service.stt')
  }

  /** @throws NOT_ALLOWED */
  assertSpeaks(): void {
    if (!this.speaks) assertAllowed(this.caller, 'service.tts')
  }

  /** @throws USAGE */
  assertAnswers(): void {
    if (this.#isTranscription) {
      throw refusal('A session of the type transcription has no answers.', {param: 'type', fault: 'invalid_value'})
    }
  }

  /** June remembers what she has answered; the conversation with her is forgotten as a whole. @throws USAGE */
  assertForgets(items: Items, id: string): void {
    const item = items.get(id)
    if (this.model.kind !== 'june' || items.unanswered.includes(item)) return
    const message = `The model ${june} has answered ${id} and remembers it. DELETE /conversations forgets a conversation.`
    throw refusal(message, {param: 'item_id', fault: 'invalid_value'})
  }

  /** That the person still may: a key is revoked, an account blocked. A token that has come to its end lasts for what it began. @throws TOKEN_REJECTED, NOT_ALLOWED */
  async assertStanding(): Promise<void> {
    if (this.caller.via === 'local') return
    const access = await this.context.access()
    await access.authenticate(bearerOf(this.#request) ?? '', originOf(this.#request)).catch(async error => {
      const isOver = isEssenceError(error) && error.code === 'TOKEN_REJECTED' && this.caller.via !== 'apiKey'
      const user = isOver ? await access.users.get(this.caller.userId).catch(() => undefined) : undefined
      if (!isOver || user?.status === 'blocked') throw error
    })
  }

  /** Counts an answer, or, of a session that has none, a turn. */
  count(): ReturnType<GatewayContext['count']> {
    return this.context.count(this.#request, this.#isTranscription ? 'stt' : 'llm')
  }

  /**
   * A session with what a client wants of it, and the id of its voice.
   * @throws USAGE, MODEL_UNKNOWN, NOT_ALLOWED
   */
  async updated(
    config: SessionConfig,
    wanted: WantedSession,
  ): Promise<{config: SessionConfig; voice: string | undefined}> {
    const {engines, model, context} = this
    if (wanted.type === 'realtime') {
      assertServed(wanted, model, 'session')
      if (wanted.model !== undefined) this.#assertSame(wanted.model)
    }
    const next = updatedConfig(config, wanted)
    const {transcription} = next.audio.input
    if (transcription?.model !== undefined) {
      namedModel(engines, transcription.model, {kinds: ['stt'], aliases: context.modelAliases})
    }
    this.#assertLanguage(transcription?.language)
    if (next.type === 'realtime' && isSpoken(next)) this.assertSpeaks()
    return {config: next, voice: await this.voice(next.audio.output.voice)}
  }

  /** The id of a voice by the name it is asked for; undefined: the default voice. @throws USAGE */
  async voice(name: string, at: 'session' | 'response' = 'session'): Promise<string | undefined> {
    const {tts} = this.engines
    const id = await voiceNamed(tts, name)
    if (id === undefined || id === tts.defaultVoice) return undefined
    const voices = await tts.voices()
    if (voices.some(voice => voice.id === id || mainLanguage(voice.language) === mainLanguage(id))) return id
    const there = voices.slice(0, 20).map(voice => voice.id)
    const message = `There is no voice "${name}"; there is ${there.join(', ')}, and OpenAI's names: ${knownVoices.join(', ')}.`
    throw refusal(message, {param: `${at}.audio.output.voice`, fault: 'invalid_value'})
  }

  #assertSame(name: string): void {
    const {engines, model, context} = this
    const named = namedModel(engines, name, {kinds: ['chat', 'june'], aliases: context.modelAliases})
    if (named.kind === model.kind) return
    const message = `This session is of the model ${model.id} and stays so. Open another for ${name}.`
    throw refusal(message, {param: 'session.model', fault: 'invalid_value'})
  }

  #assertLanguage(language: string | null | undefined): void {
    const {languages} = this.engines.stt.abilities
    if (!language || languages.length === 0 || languages.includes(mainLanguage(language))) return
    const message = `The recogniser does not know the language "${language}"; it knows ${languages.slice(0, 40).join(', ')}.`
    throw refusal(message, {param: 'session.audio.input.transcription.language', fault: 'invalid_value'})
  }
}

/** The engines of a session: they hear and speak as it says. */
export const sessionEngines = (
  {engines: {stt, tts}}: Served,
  config: () => SessionConfig,
): Pick<TurnEngines, 'stt' | 'tts'> => ({
  stt: {
    ...{info: stt.info, abilities: stt.abilities, requestLimit: stt.requestLimit},
    recognize: (audio, options) => {
      const {prompt, keywords} = config().audio.input.transcription ?? {}
      const hints = stt.abilities.prompt ? {prompt: prompt ?? undefined, hotWords: keywords ?? undefined} : {}
      return stt.recognize(audio, {...options, ...hints})
    },
    stream: (audio, options) => stt.stream(audio, options),
    close: async () => {},
  },
  tts: {
    ...{info: tts.info, requestLimit: tts.requestLimit, defaultVoice: tts.defaultVoice},
    voices: () => tts.voices(),
    synthesize: (text, options) => tts.synthesize(text, {...options, speed: config().audio.output.speed}),
    close: async () => {},
  },
})
