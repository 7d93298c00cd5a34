import {EssenceError} from '@essence/core/kit/errors'
import type {LeaveReason} from './port.ts'

/** What June writes of voice channels. */
export const voiceTexts = {
  rejoining: 'I hear that somebody speaks, but cannot make out a word: the call has lost my key. I join again.',
  /** Into the chat of the channel that she has left; of what was asked for there is nothing to say. */
  left: {
    asked: undefined,
    empty: 'Nobody is here whom I may talk to: I have left. /join brings me back.',
    removed: undefined,
    lost: 'I lost the connection to this channel and could not get it back. /join brings me back.',
    deaf: 'I still cannot make out a word here, and leave. /join brings me back.',
  } satisfies Record<LeaveReason, string | undefined>,
  onlyOnServers: 'Voice channels are on servers: ask me there.',
  joinFirst: 'Join a voice channel first, so that I know where to go.',
  hasJoined: (channelId: string): string => `I am in <#${channelId}> and listen to everybody who may talk to me.`,
  notLetIn:
    'I did not get into that channel. I need the permissions View Channel, Connect and Speak there, and a free place.',
  failed: 'I could not join: something went wrong on my side. Please try again in a moment.',
  hasLeft: 'I have left.',
  nowhere: 'I am in no voice channel of this server.',
}

/** Why a channel could not be joined, as far as Discord tells: not at all. */
export const notLetIn = (channelId: string): EssenceError =>
  new EssenceError('REMOTE_UNREACHABLE', `June did not get into the voice channel ${channelId}.`, {
    suggestions: [
      'Give the bot the permissions View Channel, Connect and Speak there, and see that the channel is not full.',
      "See that UDP to Discord's voice servers is allowed from this machine.",
    ],
  })
