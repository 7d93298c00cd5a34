import {join} from 'node:path'
import type {Settings} from '../../config/schema.ts'
import type {Secret} from '../../kit/secret.ts'
import type {RateLimits} from '../admission.ts'
import type {RecordingLimits} from '../recording-limits.ts'
import type {Recordings} from '../recordings/recordings.ts'

/** What the service of a bot needs of the settings, checked. */
export interface BotSettings {
  token: Secret
  /** The bot's number, which is public. */
  botId: string
  apiRoot: string
  requestTimeoutMs: number
  /** Those who may talk to the bot, and those of them who own June. */
  users: string[]
  owners: string[]
  /** What engines may do for a person in a day, in ms. Default: as much as they like. */
  budgetMs?: number | undefined
  /** ISO 639-1 of what people speak, or `auto`. */
  language: string
  /** IANA name of the time zone people are told times in. Default: the machine's. */
  timeZone?: string | undefined
  limits: RecordingLimits
  rateLimits: RateLimits
  /** Folder of this bot. */
  folder: string
  /** What arrives is answered by voice workers, not here. */
  usesQueue?: boolean | undefined
  /** Where recordings wait. Default: with the platform. */
  recordings?: Recordings | undefined
}

/** What all bots read alike. @param channel in small letters, as of its service */
export const sharedSettings = (
  settings: Settings,
  channel: string,
  botId: string,
): Pick<BotSettings, 'botId' | 'budgetMs' | 'language' | 'timeZone' | 'folder' | 'usesQueue'> => ({
  botId,
  budgetMs: settings.CHANNEL_BUDGET_SECONDS && settings.CHANNEL_BUDGET_SECONDS * 1000,
  language: settings.STT_LANGUAGE,
  timeZone: settings.TIME_ZONE,
  folder: join(settings.JUNE_DATA_DIR, channel, botId),
  usesQueue: settings.USE_VOICE_QUEUE,
})
