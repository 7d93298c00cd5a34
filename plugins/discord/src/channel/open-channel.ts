import type {ChannelAccess} from '@essence/core/access/channel/port'
import {Admission} from '@essence/core/channel/admission'
import type {Chats} from '@essence/core/channel/chats'
import type {Clock} from '@essence/core/channel/clock'
import {fullStatus} from '@essence/core/channel/commands/recent-status'
import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {type JobsSettings, openJobs} from '@essence/core/channel/delivery/open-jobs'
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
import {TurnAnswers} from '../answer/answer-turn.ts'
import {deletedMeanwhile} from '../answer/deleted-meanwhile.ts'
import {withStored} from '../answer/stored-recording.ts'
import type {DiscordApi} from '../client/discord-api.ts'
import {type Pending, pendingSchema} from '../incoming/incoming.ts'
import {Interactions} from '../interactions.ts'
import {countMessages} from '../message-metrics.ts'
import {type Part, partSchema} from '../outgoing/parts.ts'
import {namedPeople} from '../people/hook.ts'
import type {DiscordSettings} from '../settings.ts'
import {type DiscordChannelOptions, discordChannel} from './discord-channel.ts'
import {discordIntake} from './discord-intake.ts'

export interface IntakeOptions {
  settings: DiscordSettings
  api: DiscordApi
  chats: Chats
  access: ChannelAccess
  jobs: Jobs<Pending, Part>
  turnLog: TurnLog
  metrics: Metrics
  health: Health
  clock: Clock
  /** First answers to slash commands are given by the service, which is another process. Default: here. */
  isElsewhere?: boolean
  /** Aborted where the service stops. */
  signal: AbortSignal
  log: Log
}

export interface ChannelOptions extends IntakeOptions, Pick<DiscordChannelOptions, 'voice'> {
  engines: ReopenableEngines
  /** Tells people apart by their voices, where somebody does. */
  voices?: Voices | undefined
}

/** What a service needs that stores what arrives, and leaves it to workers. */
export const openIntake = (options: IntakeOptions) => {
  const {settings, api, chats, access, jobs, turnLog, metrics, health, clock, signal, log} = options
  const {rateLimits, budgetMs, botId, language, recordings, limits, apiRoot} = settings
  const people = {access, channel: 'discord', via: `discord:${botId}`}
  const admission = new Admission({...people, rateLimits, budgetMs, now: clock.now})
  const languages = new PersonLanguages(chats, language)
  const interactions = new Interactions(api, log, options)
  const count = countMessages(metrics.registry)
  const taken = discordIntake({api, admission, chats, languages, interactions, jobs, count, signal, log})
  const spend = (speaker: string, ms: number): Promise<void> =>
    admission.spend(accountOf(speaker).replace('discord:', ''), ms, error =>
      log.warn({why: messageOf(error)}, 'what a turn took is not counted'),
    )
  const record = {channel: 'discord', metrics, health, log, times: turnLog, spend}
  const storing = recordings && withStored({recordings, botId, api, apiRoot, limits, clock, log})
  const intake = {
    ...{...taken, ...clearing<Pending>(recordings, clock.now)},
    async admit(message: Pending) {
      const kept = await taken.admit(message)
      return kept && storing ? await storing(kept) : kept
    },
  }
  return {intake, admission, languages, interactions, record}
}

/** What answers it, in the service itself or in a worker. */
export const openChannel = (options: ChannelOptions) => {
  const {settings, api, engines, chats, access, jobs, turnLog, clock, voice, voices, log} = options
  const {language, limits, timeZone, apiRoot, recordings} = settings
  const {intake, admission, languages, interactions, record} = openIntake(options)
  const context = {language, languages, engines, limits, turnLog, chats, voices, timeZone, now: clock.now}
  const turns = new TurnAnswers({api, apiRoot, context, clock, record, recordings})
  const admin = {
    ...{access, channel: 'discord', assistant: engines.assistant, sent: new SentMessages(), timeZone},
    status: (words: Words) => fullStatus('discord', context, jobs, words),
  }
  const channel = discordChannel({
    ...{api, admission, admin, context, turns, interactions, voice, log},
    isDeleted: deletedMeanwhile({api, clock, log}),
  })
  const adapter: ChannelAdapter<Pending, Part> = {...intake, ...channel}
  return {adapter, admission, interactions, record}
}

/** `/join` and `/leave` where workers answer all else. @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openVoiceJobs = ({JUNE_DATA_DIR, POSTGRES_URL}: JobsSettings, botId: string, log: Log) =>
  openJobs(
    {JUNE_DATA_DIR, POSTGRES_URL},
    {channel: `discord-voice:${botId}`, message: pendingSchema, part: partSchema, now: Date.now, log},
  )

/** What is kept for the bot. */
export const discordStores = (settings: Settings, bot: DiscordSettings, log: Log) =>
  botStores(settings, {bot, named: namedPeople(bot), message: pendingSchema, part: partSchema, log})
