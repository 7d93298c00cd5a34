import type {Settings} from '../../config/schema.ts'
import {openShared} from '../../store/shared/open.ts'
import {type ChannelAccessOptions, channelAccess} from './channel-access.ts'
import type {ChannelAccess} from './port.ts'

export type ChannelAccessSettings = Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL' | 'TIME_ZONE'>

/** Connections to PostgreSQL: what is asked is small, and remembered. */
const connections = 2

/** Who may talk on channels, where the settings keep it. @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openChannelAccess = async (
  {JUNE_DATA_DIR: dataDir, POSTGRES_URL: url, TIME_ZONE: timeZone}: ChannelAccessSettings,
  options: Partial<Pick<ChannelAccessOptions, 'named' | 'now'>> = {},
): Promise<ChannelAccess> =>
  channelAccess({now: Date.now, ...options, timeZone, db: await openShared({dataDir, url, connections})})
