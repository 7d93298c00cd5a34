import {EssenceError, isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {VoiceTurn} from '@essence/core/voice/events'
import type {Admission} from './admission.ts'
import {type BotApi, grammySignal} from './bot-api.ts'
import {showAction} from './chat-action.ts'
import type {Clock} from './clock.ts'
import {answerCommand, type CommandContext} from './commands.ts'
import {deliver} from './delivery.ts'
import type {Incoming, Sound} from './incoming.ts'
import {checkSound, collectWithin} from './limits.ts'
import {type Reply, replyOf, textReply} from './reply.ts'
import {answerTurn} from './spoken-answer.ts'
import type {Entry, Spool} from './spool.ts'
import {StatusMessage} from './status-message.ts'
import {apology, demoNotice, gaveUp, interrupted, stranger, tooMany, unsupported} from './texts.ts'
import {turnProgress} from './turn-progress.ts'

/** A message whose turn was begun this often without an end (it crashes an engine) is given up. */
const maxAttempts = 3

export interface WorkerOptions {
  bot: BotApi
  spool: Spool
  admission: Admission
  context: CommandContext
  metrics: Metrics
  health: Health
  clock: Clock
  log: Log
}

/** Answers stored updates, one at a time per call. */
export class UpdateWorker {
  readonly #options: WorkerOptions
  /** Chats that were told what is only a demonstration. */
  readonly #told = new Set<number>()

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  /** Answers one update. Never rejects: what it cannot end stays in the spool for the next start. */
  async work(entry: Entry, signal: AbortSignal): Promise<void> {
    const {incoming} = entry
    const {bot, spool, clock, log} = this.#options
    if (!incoming || signal.aborted) return
    const status = this.#statusMessage(entry, incoming.chatId)
    try {
      if (entry.state === 'sending') return await this.#closeInterrupted(entry, status)
      const reply = await this.#replyTo(entry, incoming, status, signal)
      const outcome = await deliver(entry, incoming.chatId, reply, {api: bot.api, spool, clock, log}, signal)
      await spool.change(entry.updateId, {state: 'done'})
      await status.end(outcome === 'unknown' ? interrupted : undefined)
      log.info({update: entry.updateId, kind: incoming.content.kind, outcome}, 'answered')
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') {
        log.info({update: entry.updateId}, 'stopped in the middle of a turn; the next start goes on with it')
        // A stop is no failure: a message that met several restarts must not be given up for it.
        await spool.change(entry.updateId, {attempts: entry.attempts}).catch(() => undefined)
        await status.leave()
      } else log.error({update: entry.updateId, why: messageOf(error)}, 'an update could not be worked to its end')
    }
  }

  /** An earlier start ended between intent and receipt: whether the answer arrived cannot be known. */
  async #closeInterrupted(entry: Entry, status: StatusMessage): Promise<void> {
    const {spool, log} = this.#options
    log.error(
      {update: entry.updateId},
      'stopped while an answer was being sent; it may or may not have arrived and is not sent again',
    )
    await spool.change(entry.updateId, {state: 'done'})
    await status.end(interrupted)
  }

  async #replyTo(entry: Entry, incoming: Incoming, status: StatusMessage, signal: AbortSignal): Promise<Reply> {
    const {admission, context, spool, log} = this.#options
    const {content, userId} = incoming
    if (!admission.allows(userId)) return textReply(stranger(userId))
    switch (content.kind) {
      case 'command':
        return textReply(answerCommand(content.name, context))
      case 'too-many':
        return textReply(tooMany(content.retryAfterMs))
      case 'unsupported':
        return textReply(unsupported)
      case 'text':
      case 'sound':
        break
    }
    if (entry.attempts >= maxAttempts) return textReply(gaveUp)
    const attempts = entry.attempts + 1
    await spool.change(entry.updateId, {attempts}).catch(error => log.warn({why: messageOf(error)}, 'not recorded'))
    return content.kind === 'text'
      ? this.#turn(incoming, async () => ({text: content.text}), undefined, signal)
      : this.#turn(incoming, () => this.#fetch(content, signal), status, signal)
  }

  /** A voice is answered with a voice, a text with a text. */
  async #turn(
    {userId, chatId, messageId}: Incoming,
    input: () => Promise<VoiceTurn['input']>,
    status: StatusMessage | undefined,
    signal: AbortSignal,
  ): Promise<Reply> {
    const {bot, context, metrics, health, clock, log} = this.#options
    const {engines, language, limits, notices, times} = context
    const stopAction = showAction(bot.api, chatId, status ? 'record_voice' : 'typing', clock, signal)
    metrics.turnStarted('telegram')
    let result = 'ok'
    let measured: object | undefined
    try {
      const onEvent = status && turnProgress(text => status.show(text))
      const speaker = `telegram:${userId}`
      const turn: VoiceTurn = {speaker, session: speaker, input: await input(), language, speak: status !== undefined}
      const answer = await answerTurn(turn, engines, {
        signal,
        log,
        maxAudioMs: limits.maxSeconds * 1000,
        maxAudioBytes: limits.maxBytes,
        ...(onEvent ? {onEvent} : {}),
      })
      measured = answer.times
      times.add(answer.times)
      health.set('turns', {status: 'healthy'})
      const notice = notices.length && !this.#told.has(chatId) ? demoNotice(notices) : undefined
      this.#told.add(chatId)
      return replyOf(answer, messageId, notice)
    } catch (error) {
      result = isEssenceError(error) ? error.code : 'BUG'
      if (signal.aborted) throw new EssenceError('CANCELLED', 'Stopped in the middle of a turn.', {cause: error})
      const bug = !isEssenceError(error) || error.kind !== 'user'
      if (bug) health.set('turns', {status: 'degraded', detail: `the last turn ended in ${result}`})
      // The whole error only where it is a mistake of ours; texts of people are in none of them.
      log[bug ? 'error' : 'info']({code: result, ...(bug ? {err: error} : {why: messageOf(error)})}, 'a turn failed')
      return textReply(apology(error, limits))
    } finally {
      stopAction()
      metrics.turnEnded('telegram', result, measured)
    }
  }

  async #fetch(sound: Sound, signal: AbortSignal): Promise<VoiceTurn['input']> {
    const {bot, context} = this.#options
    checkSound(sound, context.limits)
    const {file_path, file_size} = await bot.api.getFile(sound.fileId, grammySignal(signal))
    checkSound({...sound, bytes: file_size ?? sound.bytes}, context.limits)
    if (!file_path) throw new EssenceError('REMOTE_REFUSED', 'Telegram gave no path for the file of a message.')
    return {audio: {bytes: await collectWithin(bot.download(file_path, signal), context.limits)}}
  }

  #statusMessage(entry: Entry, chatId: number): StatusMessage {
    const {bot, spool, clock, log} = this.#options
    return new StatusMessage({
      api: bot.api,
      chatId,
      clock,
      log,
      ...(entry.statusMessageId === undefined ? {} : {messageId: entry.statusMessageId}),
      onSent: messageId => spool.change(entry.updateId, {statusMessageId: messageId}),
    })
  }
}
