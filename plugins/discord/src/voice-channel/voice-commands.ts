import {isEssenceError} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {logFailure} from '@essence/core/service/log'
import {voiceTexts} from './texts.ts'
import type {VoiceChannels} from './voice-channels.ts'

export interface VoiceCommandContext {
  channels: Pick<VoiceChannels, 'join' | 'leave'>
  /** Id of the voice channel of a server that somebody is in. */
  voiceChannelOf(guildId: string, userId: string): string | undefined
  log: Log
}

/**
 * `/join` and `/leave` of somebody who may talk to June. Joining may take seconds: Discord is to be told first that an answer comes.
 * @param guildId undefined: in a private chat @returns what to answer
 */
export const answerVoiceCommand = async (
  name: 'join' | 'leave',
  {guildId, userId}: {guildId: string | undefined; userId: string},
  {channels, voiceChannelOf, log}: VoiceCommandContext,
): Promise<string> => {
  if (guildId === undefined) return voiceTexts.onlyOnServers
  if (name === 'leave') return (await channels.leave(guildId)) ? voiceTexts.hasLeft : voiceTexts.nowhere
  const channelId = voiceChannelOf(guildId, userId)
  if (channelId === undefined) return voiceTexts.joinFirst
  try {
    await channels.join(guildId, channelId)
    return voiceTexts.hasJoined(channelId)
  } catch (error) {
    logFailure(log, error, {voiceChannel: channelId}, 'joining a voice channel')
    return isEssenceError(error) && error.code === 'REMOTE_UNREACHABLE' ? voiceTexts.notLetIn : voiceTexts.failed
  }
}
