import type {Words} from '@essence/core/channel/words/words'
import {isEssenceError} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {logFailure} from '@essence/core/service/log'
import type {VoiceChannels} from './voice-channels.ts'

export interface VoiceCommandContext {
  channels: Pick<VoiceChannels, 'join' | 'leave'>
  /** Id of the voice channel of a server that somebody is in. */
  voiceChannelOf(guildId: string, userId: string): string | undefined
  /** In the language of who asks, and from then on of the channel. */
  words: Words
  log: Log
}

/**
 * `/join` and `/leave` of somebody who may talk to June. Joining may take seconds: Discord is to be told first that an answer comes.
 * @param guildId undefined: in a private chat @returns what to answer
 */
export const answerVoiceCommand = async (
  name: 'join' | 'leave',
  {guildId, userId}: {guildId: string | undefined; userId: string},
  {channels, voiceChannelOf, words, log}: VoiceCommandContext,
): Promise<string> => {
  if (guildId === undefined) return words('onlyOnServers')
  if (name === 'leave') {
    const left = await channels.leave(guildId)
    return left === undefined ? words('noVoiceChannel') : words('left', {channel: `<#${left}>`})
  }
  const channelId = voiceChannelOf(guildId, userId)
  if (channelId === undefined) return words('joinFirst')
  try {
    await channels.join(guildId, channelId, words)
    return words('joined', {channel: `<#${channelId}>`})
  } catch (error) {
    logFailure(log, error, {voiceChannel: channelId}, 'joining a voice channel')
    const isRefused = isEssenceError(error) && error.code === 'REMOTE_UNREACHABLE'
    return isRefused ? words('joinRefused', {channel: `<#${channelId}>`}) : words('failed')
  }
}
