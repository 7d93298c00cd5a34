import type {ChannelAccess} from '@essence/core/access/channel/port'
import {Admission} from '@essence/core/channel/admission'
import type {Chats} from '@essence/core/channel/chats'
import type {Clock} from '@essence/core/channel/clock'
import {fullStatus} from '@essence/core/channel/commands/recent-status'
import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {botStores} from '@essence/core/channel/host/bot-stores'
import {PersonLanguages} from '@essence/core/channel/language/person-languages'
import {clearing} from '@essence/core/channel/recordings/stored-recording'
import {SentMessages} from '@essence/core/channel/sent-messages'
import type {TurnLog} from '@essence/core/channel/turn-log'
import type {Voices} from '@essence/core/channel/voices/voices'
import {accountOf} from '@essence/core/channel/voices/whose-voice'
import type {Words} from '@essence/core/channel/words/words'
import type {Settings} from '@essence/core/config/schema'
import type {ReopenableEngines} from '@essence/core/engines/reopenable'
import {messageOf} from '@essence/core/kit/errors'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import {TurnAnswers} from '../answer-turn.ts'
import type {BotApi} from '../bot-api/bot-api.ts'
import {withStored} from '../bot-api/stored-recording.ts'
import type {TelegramSettings} from '../checked-settings.ts'
import {type Pending, pendingSchema, senderOf} from '../incoming.ts'
import {countMessages} from '../message-metrics.ts'
import {type Part, partSchema} from '../outgoing.ts'
import {namedPeople} from '../people/hook.ts'
import {telegramChannel} from './telegram-channel.ts'
import {telegramIntake} from './telegram-intake.ts'

export interface IntakeOptions {
  settings: TelegramSettings
  bot: BotApi
  chats: Chats
  access: ChannelAccess
  metrics: Metrics
  clock: Clock
  log: Log
}

export interface ChannelOptions extends IntakeOptions {
  /** The first name of the bot. */
  botName: string
  engines: ReopenableEngines
  /** Tells people apart by their voices, where somebody does. */
  voices?: Voices | undefined
  turnLog: TurnLog
  jobs: Jobs<Pending, Part>
  health: Health
}

/** What a service needs that stores what arrives, and leaves it to workers. */
export const openIntake = ({settings, bot, chats, access, metrics, clock, log}: IntakeOptions) => {
  const {rateLimits, budgetMs, limits, botId, recordings, language} = settings
  const people = {access, channel: 'telegram', via: `telegram:${botId}`}
  const admission = new Admission({...people, rateLimits, budgetMs, now: clock.now})
  const languages = new PersonLanguages(chats, language)
  const count = countMessages(metrics.registry)
  const intake = telegramIntake({bot, admission, access, chats, languages, count, log})
  const storing = recordings && withStored({recordings, botId, bot, limits, clock, log})
  return {
    ...intake,
    ...{admission, languages},
    ...clearing<Pending>(recordings, clock.now),
    async admit(message: Pending) {
      const kept = await intake.admit(message)
      if (!kept || !storing || !(await admission.allows(senderOf(kept)))) return kept
      return await storing(kept)
    },
  }
}

/** What answers it, in the service itself or in a worker. */
export const openChannel = (options: ChannelOptions): ChannelAdapter<Pending, Part> => {
  const {settings, bot, botName, engines, chats, access, jobs, turnLog, voices, clock, metrics, health, log} = options
  const {language, limits, timeZone, recordings} = settings
  const {admission, languages, ...intake} = openIntake(options)
  const context = {chats, languages, engines, turnLog, voices, botName, language, limits, timeZone, now: clock.now}
  const spend = (speaker: string, ms: number): Promise<void> =>
    admission.spend(accountOf(speaker).replace('telegram:', ''), ms, error =>
      log.warn({why: messageOf(error)}, 'what a turn took is not counted'),
    )
  const record = {channel: 'telegram', metrics, health, log, times: turnLog, spend}
  const admin = {
    ...{access, channel: 'telegram', assistant: engines.assistant, sent: new SentMessages(), timeZone},
    status: (words: Words) => fullStatus('telegram', context, jobs, words),
  }
  const turns = new TurnAnswers({bot, context, clock, record, recordings})
  return {...intake, ...telegramChannel({bot, admission, admin, context, turns, log})}
}

/** What is kept for the bot. */
export const telegramStores = (settings: Settings, bot: TelegramSettings, log: Log) =>
  botStores(settings, {bot, named: namedPeople(bot), message: pendingSchema, part: partSchema, log})
