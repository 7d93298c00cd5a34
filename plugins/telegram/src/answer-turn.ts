import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {apology} from '@essence/core/channel/apology'
import type {Clock} from '@essence/core/channel/clock'
import {type CollectedTurn, collectSpokenTurn, collectTurn} from '@essence/core/channel/collect-turn'
import {recordedTurn, type TurnRecord} from '@essence/core/channel/recorded-turn'
import {type EssenceError, isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {VoiceTurn} from '@essence/core/voice/events'
import type {BotApi} from './bot-api/bot-api.ts'
import {BotApiError} from './bot-api/bot-api-error.ts'
import {showAction} from './bot-api/chat-action.ts'
import {Draft} from './bot-api/draft.ts'
import {fetchRecording} from './bot-api/fetch-recording.ts'
import {type CommandContext, personOf} from './command-context.ts'
import type {Content, Incoming} from './incoming.ts'
import {type Answer, answerParts, type Part, textParts} from './outgoing.ts'
import {demoNotice, notFetched} from './texts.ts'
import {turnProgress} from './turn-progress.ts'

export interface TurnAnswerOptions {
  bot: BotApi
  context: CommandContext
  record: TurnRecord
  clock: Clock
}

/** What a person said, wrote, or pressed. */
export type Asked = Incoming & {content: Extract<Content, {kind: 'sound' | 'text' | 'decision'}>}

/** Answers what people say with a turn: a voice with a voice, a text with a text. */
export class TurnAnswers {
  readonly #options: TurnAnswerOptions
  /** Chats that were told what is only a demonstration. */
  readonly #told = new Set<number>()

  constructor(options: TurnAnswerOptions) {
    this.#options = options
  }

  /** @returns the answer, or the apology of a turn that failed  @throws CANCELLED when the signal has aborted */
  async answer(asked: Asked, signal: AbortSignal): Promise<Part[]> {
    const {bot, context, clock, record} = this.#options
    const {chatId, messageId, edited, content} = asked
    const spoken = content.kind === 'sound'
    const draft = new Draft({bot, chatId, draftId: messageId, clock, log: record.log})
    const stopAction = showAction(bot.api, chatId, spoken ? 'record_voice' : 'typing', clock, signal)
    try {
      const answer = await this.#run(asked, draft, signal)
      const parts = answerParts(answer, spoken || edited ? messageId : undefined)
      const {notices} = context.engines
      const notice = notices.length > 0 && !this.#told.has(chatId) ? textParts(demoNotice(notices)) : []
      this.#told.add(chatId)
      return [...parts, ...notice]
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') throw error
      return textParts(error instanceof BotApiError ? notFetched : apology(error, context.limits))
    } finally {
      stopAction()
      await draft.end()
    }
  }

  async #run({userId, content}: Asked, draft: Draft, signal: AbortSignal): Promise<Answer> {
    const {context, record, bot, clock} = this.#options
    const {engines, language, limits} = context
    const {log} = record
    const spoken = content.kind === 'sound'
    const inputOf = async (asked: Asked['content']): Promise<Pick<VoiceTurn, 'input' | 'decision'>> => {
      if (asked.kind === 'sound')
        return {input: {audio: {bytes: await fetchRecording(asked, {bot, limits, clock, log}, signal)}}}
      if (asked.kind === 'text') return {input: {text: asked.text}}
      const {label, confirmation, accepted} = asked
      return {input: {text: label}, decision: {confirmation, accepted}}
    }
    const turn = async (): Promise<VoiceTurn> => ({
      ...personOf(userId),
      language,
      speak: spoken,
      ...(await inputOf(content)),
    })
    const bounds = {signal, maxAudioMs: limits.maxSeconds * 1000, maxAudioBytes: limits.maxBytes}
    const events = recordedTurn(turn, engines, {...record, ...bounds})
    const onEvent = turnProgress(text => draft.show(text), spoken)
    if (!spoken) return await collectTurn(events, onEvent)
    const answer = await collectSpokenTurn(events, speech => encodeToBytes(speech, 'ogg', {signal}), onEvent)
    return {...answer, voice: voiceOf(answer, error => log.error({why: messageOf(error)}, 'the voice was not encoded'))}
  }
}

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
