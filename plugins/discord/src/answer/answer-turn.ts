import {apology} from '@essence/core/channel/apology'
import {isSpoken as answersAloud, type Choices} from '@essence/core/channel/chats'
import type {Clock} from '@essence/core/channel/clock'
import {type CollectedTurn, collectSpokenTurn, collectTurn} from '@essence/core/channel/collect-turn'
import type {CommandContext} from '@essence/core/channel/commands/command-context'
import type {AnswerContext} from '@essence/core/channel/delivery/adapter'
import {Withdrawal} from '@essence/core/channel/delivery/work-job'
import {chooseAsked, hear, LanguageAsked, turnLanguage} from '@essence/core/channel/language/in-turn'
import {recordedTurn, type TurnRecord} from '@essence/core/channel/recorded-turn'
import type {Recordings} from '@essence/core/channel/recordings/recordings'
import {SpokenMessage} from '@essence/core/channel/voices/spoken-message'
import {takeSentence} from '@essence/core/channel/voices/voices'
import type {Words} from '@essence/core/channel/words/words'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {TurnEvent, VoiceTurn} from '@essence/core/voice/events'
import type {DiscordApi} from '../client/discord-api.ts'
import {DiscordError} from '../client/discord-error.ts'
import {type Asked, isSpoken} from '../incoming/incoming.ts'
import {Draft} from '../outgoing/draft.ts'
import {type Answer, addressed, answerParts, type Part, textParts} from '../outgoing/parts.ts'
import {showTyping} from '../outgoing/typing.ts'
import {choicesKey, choicesOf, personOf} from './command-context.ts'
import {type RecordingSource, recordingOf} from './stored-recording.ts'
import {turnInput} from './turn-input.ts'
import {encodeVoiceMessage, type VoiceMessage} from './voice-message.ts'

export interface TurnAnswerOptions {
  api: DiscordApi
  apiRoot: string
  context: CommandContext
  record: TurnRecord
  clock: Clock
  /** Where recordings were put when they came. */
  recordings?: Recordings | undefined
}

/** Answers what people say with a turn: a voice with a voice and its text, a text with a text. */
export class TurnAnswers {
  readonly #options: TurnAnswerOptions
  /** Channels that were told what is only a demonstration. */
  readonly #told = new Set<string>()

  constructor(options: TurnAnswerOptions) {
    this.#options = options
  }

  /** @returns the answer, or the apology of a turn that failed  @throws CANCELLED when the signal has aborted */
  async answer(asked: Asked, words: Words, {id, signal, mark, note}: AnswerContext): Promise<Part[]> {
    const {api, context, clock, record} = this.#options
    const {channelId, interaction, content, userId} = asked
    const choices = await choicesOf(userId, context)
    const speaks = answersAloud(choices, isSpoken(asked))
    const [part = {}] = addressed(textParts('…'), id, asked)
    const draft = new Draft({api, channelId, interaction, part, mark, note, clock, log: record.log})
    // Of a slash command Discord itself shows that it is being answered.
    const stopTyping = interaction ? () => {} : showTyping(api, channelId, clock, signal)
    let parts: Part[]
    try {
      let written = ''
      const show = (event: TurnEvent): void => {
        if (event.type !== 'delta' || speaks || content.kind === 'decision') return
        written += event.text
        draft.show(written)
      }
      const learnt = await this.#learn(asked, words, signal)
      if (learnt === undefined) {
        const {missed, ...answer} = await this.#run(asked, {choices, speaks, signal, words}, show)
        parts = answerParts(answer, {...choices, userId, words})
        parts.push(...textParts(this.#notHeard(missed, words)), ...this.#notice(channelId))
      } else parts = textParts(learnt)
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') {
        await this.#takeBack(await draft.end(), asked, signal)
        throw error
      }
      record.log.debug({why: messageOf(error)}, 'a turn ended with an apology')
      parts = textParts(await this.#instead(error, userId, words))
    } finally {
      stopTyping()
    }
    const messageId = await draft.end()
    if (parts.length === 0) await this.#withdrawn(messageId, asked)
    return addressed(parts, id, asked, {mark: messageId})
  }

  /** What is said of those of several messages that were not heard, each thing once. */
  #notHeard(missed: readonly unknown[], words: Words): string {
    return [...new Set(missed.map(error => this.#whyNot(error, words)))].join('\n')
  }

  #whyNot(error: unknown, words: Words): string {
    if (error instanceof DiscordError) return words('notFetched', {platform: 'Discord'})
    return apology(error, this.#options.context.limits, words)
  }

  /** What is said where there is no answer. */
  async #instead(error: unknown, userId: string, words: Words): Promise<string> {
    const {context, record} = this.#options
    if (error instanceof LanguageAsked) return await chooseAsked(error, choicesKey(userId), context, record.log)
    return this.#whyNot(error, words)
  }

  /** What is only a demonstration, told once in each channel. */
  #notice(channelId: string): Part[] {
    const {notices} = this.#options.context.engines
    if (notices.length === 0 || this.#told.has(channelId)) return []
    this.#told.add(channelId)
    return textParts(notices.join('\n'))
  }

  /** What is said to a sentence by which somebody is to be known; undefined for what is asked, which a recording in a server is. */
  async #learn(asked: Asked, words: Words, signal: AbortSignal): Promise<string | undefined> {
    const {voices, limits} = this.#options.context
    const {content, isDirect, id} = asked
    if (!voices || !isDirect || content.kind !== 'sound' || content.question !== undefined) return undefined
    const recording = () => recordingOf(content, asked, this.#source, signal)
    const sentence = {person: personOf(asked).speaker, message: id}
    return await takeSentence(sentence, {voices, limits, words, recording}, signal)
  }

  async #run(
    asked: Asked,
    {choices, speaks, signal, words}: {choices: Choices; speaks: boolean; signal: AbortSignal; words: Words},
    onEvent: (event: TurnEvent) => void,
  ): Promise<Answer & {missed: readonly unknown[]}> {
    const {context, record} = this.#options
    const {engines, limits} = context
    const {content, userId, userName, channelId, isDirect} = asked
    if (content.kind === 'text') hear(content, choicesKey(userId), context.languages)
    const message = new SpokenMessage({
      ...{own: personOf(asked), isGroup: !asked.isDirect, message: asked.id, voices: context.voices, limits},
    })
    const missed: unknown[] = []
    const turn = async (): Promise<VoiceTurn> => {
      const {missed: notFetched, ...input} = await turnInput(asked, this.#source, signal)
      missed.push(...notFetched)
      return {
        ...(await message.place(input.input, signal)),
        // What somebody else says, others are not told of.
        among: !isDirect && message.isOwn ? {room: `discord:${channelId}`, name: userName} : undefined,
        language: turnLanguage(choices, isSpoken(asked), context),
        voice: choices.voice,
        speak: speaks,
        ...input,
      }
    }
    const bounds = {signal, maxAudioMs: limits.maxSeconds * 1000, maxAudioBytes: limits.maxBytes}
    const events = recordedTurn(turn, engines, {...record, ...bounds})
    const follow = (event: TurnEvent): void => {
      // What somebody else says changes nothing here.
      if (event.type === 'transcript' && message.isOwn) hear(event.transcript, choicesKey(userId), context.languages)
      onEvent(event)
    }
    try {
      const {missed: notHeard = [], ...answer} = await this.#collect(events, follow, speaks, signal)
      return {...message.answered(answer, words), missed: [...missed, ...notHeard]}
    } finally {
      await message.end(engines.assistant, record.log)
    }
  }

  async #collect(
    events: AsyncIterable<TurnEvent>,
    follow: (event: TurnEvent) => void,
    speaks: boolean,
    signal: AbortSignal,
  ): Promise<Answer & Pick<CollectedTurn, 'missed'>> {
    if (!speaks) return await collectTurn(events, follow)
    const answer = await collectSpokenTurn(events, speech => encodeVoiceMessage(speech, signal), follow)
    return {...answer, voice: this.#voiceOf(answer)}
  }

  get #source(): RecordingSource {
    const {context, record, ...options} = this.#options
    return {...options, limits: context.limits, log: record.log}
  }

  /** A voice that failed costs the voice, not the answer: that goes out as text. */
  #voiceOf({
    taken,
    speechFailure,
  }: CollectedTurn & {taken: PromiseSettledResult<VoiceMessage>}): VoiceMessage | undefined {
    if (speechFailure) return undefined
    if (taken.status === 'fulfilled') return taken.value
    // Nothing to say is no failure.
    if (!isEssenceError(taken.reason) || taken.reason.code !== 'AUDIO_EMPTY')
      this.#options.record.log.error({why: messageOf(taken.reason)}, 'the voice was not encoded')
    return undefined
  }

  /** What was shown of an answer that will not come. After a stop of the service it does come: the next start goes on with it. */
  async #takeBack(messageId: string | undefined, asked: Asked, signal: AbortSignal): Promise<void> {
    if (signal.reason instanceof Withdrawal) await this.#withdrawn(messageId, asked)
  }

  async #withdrawn(messageId: string | undefined, {channelId, interaction, content}: Asked): Promise<void> {
    const {api, record} = this.#options
    const within = AbortSignal.timeout(5000)
    try {
      if (interaction && content.kind !== 'decision')
        await api.deleteOriginal(interaction.applicationId, interaction.token, within)
      else if (messageId !== undefined) await api.deleteMessage(channelId, messageId, within)
    } catch (error) {
      record.log.debug({why: messageOf(error)}, 'what was shown of an answer was not taken away')
    }
  }
}
