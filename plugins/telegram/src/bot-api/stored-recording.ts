import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import type {Recordings} from '@essence/core/channel/recordings/recordings'
import {messageOf} from '@essence/core/kit/errors'
import {isIncoming, type Pending, type Sound} from '../incoming.ts'
import {type FetchOptions, fetchRecording} from './fetch-recording.ts'

export interface StoreOptions extends FetchOptions {
  recordings: Recordings
  botId: string
}

/** ms that storing a recording may hold up the messages behind it. */
const withinMs = 15_000

/** What a recording that was not removed is kept for: no message is answered after a day. */
const keepMs = 48 * 3_600_000

/** The bytes of a recording, from where they were put, or from Telegram. @throws as `fetchRecording` */
export const recordingOf = async (
  sound: Sound,
  {recordings, ...options}: FetchOptions & {recordings?: Recordings | undefined},
  signal: AbortSignal,
): Promise<Uint8Array> => {
  const {limits, log} = options
  if (recordings && sound.stored) {
    try {
      return await recordings.get(sound.stored, limits)
    } catch (error) {
      log.warn({why: messageOf(error)}, 'a stored recording cannot be read; asking Telegram for it')
    }
  }
  return await fetchRecording(sound, options, signal)
}

/** The message with its recording put away; as it was, where that does not succeed: Telegram still has it. */
export const withStored = async (message: Pending, {recordings, botId, ...options}: StoreOptions): Promise<Pending> => {
  if (!isIncoming(message) || message.content.kind !== 'sound') return message
  try {
    const bytes = await fetchRecording(message.content, options, AbortSignal.timeout(withinMs))
    const stored = await recordings.put(`telegram/${botId}/${message.updateId}`, bytes)
    return {...message, content: {...message.content, stored}}
  } catch (error) {
    options.log.warn({id: message.updateId, why: messageOf(error)}, 'a recording is not stored; it stays with Telegram')
    return message
  }
}

/** What becomes of recordings that were put away. */
export const clearing = (
  recordings: Recordings | undefined,
  now: () => number,
): Pick<ChannelAdapter<Pending, never>, 'ended' | 'prune'> => {
  if (!recordings) return {}
  return {
    async ended(message) {
      if (isIncoming(message) && message.content.kind === 'sound' && message.content.stored)
        await recordings.remove(message.content.stored)
    },
    prune: () => recordings.prune(now() - keepMs),
  }
}
