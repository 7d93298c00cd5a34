import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {apology} from '@essence/core/channel/apology'
import {type Choices, isSpoken} from '@essence/core/channel/chats'
import type {Clock} from '@essence/core/channel/clock'
import {type CollectedTurn, collectSpokenTurn, collectTurn} from '@essence/core/channel/collect-turn'
import type {AnswerContext} from '@essence/core/channel/delivery/adapter'
import {chooseAsked, hear, LanguageAsked, turnLanguage} from '@essence/core/channel/language/in-turn'
import {recordedTurn, type TurnRecord} from '@essence/core/channel/recorded-turn'
import type {Recordings} from '@essence/core/channel/recordings/recordings'
import {SpokenMessage} from '@essence/core/channel/voices/spoken-message'
import {takeSentence} from '@essence/core/channel/voices/voices'
import type {Words} from '@essence/core/channel/words/words'
import {type EssenceError, isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {TurnEvent, VoiceTurn} from '@essence/core/voice/events'
import type {BotApi} from './bot-api/bot-api.ts'
import {BotApiError} from './bot-api/bot-api-error.ts'
import {showAction} from './bot-api/chat-action.ts'
import {draftIn, editedIn} from './bot-api/live-text.ts'
import {type RecordingSource, recordingOf} from './bot-api/stored-recording.ts'
import {type CommandContext, personOf} from './command-context.ts'
import {formattedOf} from './formatting/markdown.ts'
import type {Content, Incoming} from './incoming.ts'
import {type Answer, answerParts, type Part, textParts} from './outgoing.ts'
import {takenSound} from './sending/taken-sounds.ts'
import {soundsIn, turnInput} from './turn-input.ts'
import {turnProgress} from './turn-progress.ts'

export interface TurnAnswerOptions {
  bot: BotApi
  context: CommandContext
  record: TurnRecord
  clock: Clock
  /** Where recordings were put when they came. */
  recordings?: Recordings | undefined
}

/** What a person said, wrote, or pressed. */
export type Asked = Incoming & {content: Extract<Content, {kind: 'sound' | 'text' | 'decision' | 'collected'}>}

/** Answers what people say with a turn: a voice with a voice, a text with a text. */
export class TurnAnswers {
  readonly #options: TurnAnswerOptions
  /** Chats that were told what is only a demonstration. */
  readonly #told = new Set<number>()

  constructor(options: TurnAnswerOptions) {
    this.#options = options
  }

  /** @returns the answer, or the apology of a turn that failed  @throws CANCELLED when the signal has aborted */
  async answer(asked: Asked, words: Words, context: AnswerContext): Promise<Part[]> {
    const {bot, clock, record} = this.#options
    const {chatId, content} = asked
    const {signal} = context
    const choices = await this.#options.context.chats.of(String(chatId))
    const sound = takenSound(choices, clock.now())
    const speaks = sound !== undefined && isSpoken(choices, soundsIn(content).length > 0)
    const stopAction = showAction(bot.api, chatId, speaks ? 'record_voice' : 'typing', clock, signal)
    const live = this.#liveText(asked, speaks, words, context)
    try {
      const taken = await this.#learn(asked, words, signal)
      if (taken !== undefined) return textParts(taken)
      const answer = await this.#run(asked, {choices, speaks, onEvent: live.onEvent, signal, words})
      await live.end()
      const parts = answerParts(answer, {
        ...choices,
        ...{sound, replyTo: refersTo(asked), edits: live.messageId?.(), words},
      })
      return [...parts, ...this.#notHeard(answer.missed, words), ...this.#notice(chatId)]
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') throw error
      record.log.debug({why: messageOf(error)}, 'a turn ended with an apology')
      await live.end()
      const edits = live.messageId?.()
      const sorry = textParts(await this.#instead(error, String(chatId), words))
      return sorry.map((part, index) => (index === 0 && part.kind === 'text' ? {...part, edits} : part))
    } finally {
      stopAction()
      await live.end()
    }
  }

  /** What is said of those of several messages that were not heard, each thing once. */
  #notHeard(missed: readonly unknown[], words: Words): Part[] {
    const {limits} = this.#options.context
    const said = missed.map(error =>
      error instanceof BotApiError ? words('notFetched', {platform: 'Telegram'}) : apology(error, limits, words),
    )
    return textParts([...new Set(said)].join('\n'))
  }

  /** What is only a demonstration, told once in each chat. */
  #notice(chatId: number): Part[] {
    const {notices} = this.#options.context.engines
    if (notices.length === 0 || this.#told.has(chatId)) return []
    this.#told.add(chatId)
    return textParts(notices.join('\n'))
  }

  /** What is said where there is no answer. */
  async #instead(error: unknown, chat: string, words: Words): Promise<string> {
    const {context, record} = this.#options
    if (error instanceof BotApiError) return words('notFetched', {platform: 'Telegram'})
    if (error instanceof LanguageAsked) return await chooseAsked(error, chat, context, record.log)
    return apology(error, context.limits, words)
  }

  /** What is shown while the answer is made. */
  #liveText(asked: Asked, speaks: boolean, words: Words, {mark, note}: AnswerContext) {
    const {chatId, messageId, group, content} = asked
    const {bot, clock, record} = this.#options
    const about = {bot, chatId, messageId, clock, log: record.log}
    if (!group) {
      const draft = draftIn(about)
      const onEvent = turnProgress(text => draft.show(text), soundsIn(content).length > 0 || speaks, words)
      return {onEvent, end: () => draft.end()}
    }
    const {live, messageId: shown} = editedIn(about, mark === undefined ? undefined : Number(mark), id =>
      note(String(id)),
    )
    let answer = ''
    const onEvent = (event: TurnEvent): void => {
      if (event.type !== 'delta' || speaks) return
      answer += event.text
      live.show(formattedOf(answer).text)
    }
    return {onEvent, end: () => live.end(), messageId: shown}
  }

  /** What is said to a sentence by which somebody is to be known; undefined for what is asked, which a recording in a group is, and another's. */
  async #learn(asked: Asked, words: Words, signal: AbortSignal): Promise<string | undefined> {
    const {content, group, messageId} = asked
    const {voices, limits} = this.#options.context
    if (!voices || group || content.kind !== 'sound' || content.question !== undefined) return undefined
    const recording = () => recordingOf(content, this.#source, signal)
    const sentence = {person: personOf(asked).speaker, message: String(messageId)}
    return await takeSentence(sentence, {voices, limits, words, recording}, signal)
  }

  get #source(): RecordingSource {
    const {bot, context, record, clock, recordings} = this.#options
    return {bot, limits: context.limits, clock, log: record.log, recordings}
  }

  async #run(
    asked: Asked,
    {choices, speaks, onEvent, signal, words}: Running,
  ): Promise<Answer & {missed: readonly unknown[]}> {
    const {context, record} = this.#options
    const {engines, limits} = context
    const {log} = record
    const chat = String(asked.chatId)
    if (asked.content.kind === 'text') hear(asked.content, chat, context.languages)
    const missed: unknown[] = []
    const message = new SpokenMessage({
      ...{own: personOf(asked), isGroup: asked.group !== undefined, message: String(asked.updateId)},
      ...{voices: context.voices, limits},
    })
    const turn = async (): Promise<VoiceTurn> => {
      const {missed: notFetched, ...input} = await turnInput(asked.content, this.#source, signal)
      missed.push(...notFetched)
      return {
        ...(await message.place(input.input, signal)),
        // What somebody else says, others are not told of.
        among: asked.group && message.isOwn ? {room: `telegram:${asked.chatId}`, name: asked.userName} : undefined,
        language: turnLanguage(choices, soundsIn(asked.content).length > 0, context),
        voice: choices.voice,
        speak: speaks,
        ...input,
      }
    }
    const bounds = {signal, maxAudioMs: limits.maxSeconds * 1000, maxAudioBytes: limits.maxBytes}
    const events = recordedTurn(turn, engines, {...record, ...bounds})
    const follow = (event: TurnEvent): void => {
      // What somebody else says changes nothing here.
      if (event.type === 'transcript' && message.isOwn) hear(event.transcript, chat, context.languages)
      onEvent(event)
    }
    try {
      const answer = await this.#collect(events, follow, {speaks, signal})
      return {...message.answered(answer, words), missed: [...missed, ...(answer.missed ?? [])]}
    } finally {
      await message.end(engines.assistant, log)
    }
  }

  async #collect(
    events: AsyncIterable<TurnEvent>,
    follow: (event: TurnEvent) => void,
    {speaks, signal}: Pick<Running, 'speaks' | 'signal'>,
  ): Promise<Answer & Pick<CollectedTurn, 'missed'>> {
    if (!speaks) return await collectTurn(events, follow)
    const answer = await collectSpokenTurn(events, speech => encodeToBytes(speech, 'ogg', {signal}), follow)
    const failed = (error: unknown): void =>
      this.#options.record.log.error({why: messageOf(error)}, 'the voice was not encoded')
    return {...answer, voice: voiceOf(answer, failed)}
  }
}

interface Running {
  choices: Choices
  /** Whether the answer is a voice. */
  speaks: boolean
  onEvent: (event: TurnEvent) => void
  signal: AbortSignal
  words: Words
}

/** The message that the answer is shown under, where it would not be clear what it answers. */
const refersTo = ({group, edited, content, messageId}: Asked): number | undefined =>
  group || edited || soundsIn(content).length > 0 ? messageId : undefined

/** A voice that failed costs the voice, not the answer: that goes out as text. */
const voiceOf = (
  {
    taken,
    audioMs,
    speechFailure,
  }: CollectedTurn & {taken: PromiseSettledResult<Uint8Array>; speechFailure?: EssenceError},
  onFailure: (error: unknown) => void,
): Answer['voice'] => {
  if (speechFailure) return undefined
  if (taken.status === 'fulfilled') return {ogg: taken.value, seconds: Math.ceil(audioMs / 1000)}
  // Nothing to say is no failure.
  if (!isEssenceError(taken.reason) || taken.reason.code !== 'AUDIO_EMPTY') onFailure(taken.reason)
  return undefined
}
