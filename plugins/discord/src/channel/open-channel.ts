import type {ChannelAccess} from '@essence/core/access/channel/port'
import {Admission} from '@essence/core/channel/admission'
import type {Chats} from '@essence/core/channel/chats'
import type {Clock} from '@essence/core/channel/clock'
import {fullStatus} from '@essence/core/channel/commands/recent-status'
import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {type JobsSettings, openJobs} from '@essence/core/channel/delivery/open-jobs'
import {PersonLanguages} from '@essence/core/channel/language/person-languages'
import {openSends} from '@essence/core/channel/send-rate/open-sends'
import {SentMessages} from '@essence/core/channel/sent-messages'
import type {TurnLog} from '@essence/core/channel/turn-log'
import type {Words} from '@essence/core/channel/words/words'
import type {ReopenableEngines} from '@essence/core/engines/reopenable'
import {messageOf} from '@essence/core/kit/errors'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import {TurnAnswers} from '../answer/answer-turn.ts'
import type {DiscordApi} from '../client/discord-api.ts'
import {type Pending, pendingSchema} from '../incoming/incoming.ts'
import {Interactions} from '../interactions.ts'
import {countMessages} from '../message-metrics.ts'
import {type Part, partSchema} from '../outgoing/parts.ts'
import type {DiscordSettings} from '../settings.ts'
import {type DiscordChannelOptions, discordChannel} from './discord-channel.ts'
import {discordIntake} from './discord-intake.ts'

export interface IntakeOptions {
  settings: DiscordSettings
  api: DiscordApi
  chats: Chats
  access: ChannelAccess
  jobs: Jobs<Pending, Part>
  metrics: Metrics
  clock: Clock
  /** Aborted where the service stops. */
  signal: AbortSignal
  log: Log
}

export interface ChannelOptions extends IntakeOptions, Pick<DiscordChannelOptions, 'voice'> {
  engines: ReopenableEngines
  turnLog: TurnLog
  health: Health
}

/** What a service needs that stores what arrives, and leaves it to workers. */
export const openIntake = ({settings, api, chats, access, jobs, metrics, clock, signal, log}: IntakeOptions) => {
  const {rateLimits, budgetMs, botId, language} = settings
  const people = {access, channel: 'discord', via: `discord:${botId}`}
  const admission = new Admission({...people, rateLimits, budgetMs, now: clock.now})
  const languages = new PersonLanguages(chats, language)
  const interactions = new Interactions(api, log)
  const count = countMessages(metrics.registry)
  const intake = discordIntake({api, admission, chats, languages, interactions, jobs, count, signal, log})
  return {intake, admission, languages, interactions}
}

/** What answers it, in the service itself or in a worker. */
export const openChannel = (options: ChannelOptions) => {
  const {settings, api, engines, chats, access, jobs, turnLog, clock, metrics, health, voice, log} = options
  const {language, limits, timeZone, apiRoot} = settings
  const {intake, admission, languages, interactions} = openIntake(options)
  const context = {language, languages, engines, limits, turnLog, chats, timeZone, now: clock.now}
  const spend = (speaker: string, ms: number): Promise<void> =>
    admission.spend(speaker.replace('discord:', ''), ms, error =>
      log.warn({why: messageOf(error)}, 'what a turn took is not counted'),
    )
  const record = {channel: 'discord', metrics, health, log, times: turnLog, spend}
  const turns = new TurnAnswers({api, apiRoot, context, clock, record})
  const admin = {
    ...{access, channel: 'discord', assistant: engines.assistant, sent: new SentMessages(), timeZone},
    status: (words: Words) => fullStatus('discord', context, jobs, words),
  }
  const channel = discordChannel({api, admission, admin, context, turns, interactions, voice, log})
  const adapter: ChannelAdapter<Pending, Part> = {...intake, ...channel}
  return {adapter, admission, interactions, record}
}

/** The messages of a bot. @param worker as `openJobs` has it @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openDiscordJobs = (settings: JobsSettings, botId: string, log: Log, worker?: string) =>
  openJobs(settings, {
    ...{channel: `discord:${botId}`, worker, message: pendingSchema, part: partSchema},
    ...{now: Date.now, log},
  })

/** What the processes of a bot ask of Discord. @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openDiscordSends = (
  stores: JobsSettings,
  {botId, requestTimeoutMs: longestMs}: Pick<DiscordSettings, 'botId' | 'requestTimeoutMs'>,
  log: Log,
) => openSends(stores, {channel: `discord:${botId}`, longestMs, now: Date.now, log})
