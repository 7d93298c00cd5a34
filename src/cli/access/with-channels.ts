import type {Interfaces} from '@oclif/core'
import {type ChannelAccessSettings, openChannelAccess} from '../../access/channel/open.ts'
import type {ChannelAccess, NamedPeople} from '../../access/channel/port.ts'
import {nearest} from '../../kit/nearest.ts'
import {usageError} from '../base-command.ts'

export interface ChannelsOptions {
  config: Pick<Interfaces.Config, 'runHook'>
  settings: ChannelAccessSettings
  warn: (message: string) => void
  /** One that is given on the command line, and checked. */
  channel?: string | undefined
}

/** Who changes something by a command, for the audit log. */
export const byCommand = 'cli'

/**
 * Does something with those who may talk on channels.
 * @throws USAGE (no such channel), as `openChannelAccess`, and what the work throws
 */
export const withChannels = async <T>(
  {config, settings, warn, channel}: ChannelsOptions,
  work: (access: ChannelAccess) => Promise<T>,
): Promise<T> => {
  const named = await namedPeople({config, settings, warn})
  if (channel !== undefined) assertChannel(channel, named)
  const access = await openChannelAccess(settings, {named})
  try {
    return await work(access)
  } finally {
    await access.close()
  }
}

/** Whom the settings of each channel name, as its plugin says by the hook `people`. */
export const namedPeople = async ({
  config,
  settings,
  warn,
}: Omit<ChannelsOptions, 'channel'>): Promise<NamedPeople[]> => {
  const {successes, failures} = await config.runHook('people', {settings})
  for (const {plugin, error} of failures) warn(`Whom ${plugin.name} lets in cannot be read: ${error.message}`)
  return successes.flatMap(({result}) => (result ? [result as NamedPeople] : []))
}

const assertChannel = (channel: string, named: readonly NamedPeople[]): void => {
  const channels = named.map(one => one.channel)
  if (channels.includes(channel)) return
  const meant = nearest(channel, channels)
  throw usageError(`"${channel}" is no channel. There are: ${channels.join(', ') || 'none'}.`, [
    ...(meant === undefined ? [] : [`Did you mean: ${meant}`]),
  ])
}
