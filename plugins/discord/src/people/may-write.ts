import type {ChannelAccess} from '@essence/core/access/channel/port'

/** Ids of those who may write to the bot, by the settings or because an owner let them in. @throws as `ChannelAccess` */
export const thoseWhoMayWrite = async (access: Pick<ChannelAccess, 'list'>): Promise<string[]> =>
  (await access.list('discord')).filter(({standing}) => standing !== 'blocked').map(({id}) => id)
