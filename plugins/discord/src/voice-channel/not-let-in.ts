import {EssenceError} from '@essence/core/kit/errors'

/** Why a channel could not be joined, as far as Discord tells: not at all. */
export const notLetIn = (channelId: string): EssenceError =>
  new EssenceError('REMOTE_UNREACHABLE', `June did not get into the voice channel ${channelId}.`, {
    suggestions: [
      'Give the bot the permissions View Channel, Connect and Speak there, and see that the channel is not full.',
      "See that UDP to Discord's voice servers is allowed from this machine.",
    ],
  })
