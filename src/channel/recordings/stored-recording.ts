import {messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {ChannelAdapter} from '../delivery/adapter.ts'
import type {RecordingLimits} from '../recording-limits.ts'
import type {Recordings, StoredRecording} from './recordings.ts'

/** What a recording that was not removed is kept for: no message is answered after a day. */
const keepMs = 48 * 3_600_000

/** A recording as it was put away; undefined where it was not, or cannot be read: the platform has it. */
export const readStored = async (
  stored: StoredRecording | undefined,
  {recordings, limits, log}: {recordings?: Recordings | undefined; limits: RecordingLimits; log: Log},
): Promise<Uint8Array | undefined> => {
  if (!recordings || !stored) return undefined
  try {
    return await recordings.get(stored, limits)
  } catch (error) {
    log.warn({why: messageOf(error)}, 'a stored recording cannot be read; asking the platform for it')
    return undefined
  }
}

/** What becomes of recordings that were put away. @param storedOf that of a message */
export const clearing = <Message>(
  recordings: Recordings | undefined,
  storedOf: (message: Message) => StoredRecording | undefined,
  now: () => number,
): Pick<ChannelAdapter<Message, never>, 'ended' | 'prune'> => {
  if (!recordings) return {}
  return {
    async ended(message) {
      const stored = storedOf(message)
      if (stored) await recordings.remove(stored)
    },
    prune: () => recordings.prune(now() - keepMs),
  }
}
