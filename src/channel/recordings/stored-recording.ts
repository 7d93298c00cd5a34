import {messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {Clock} from '../clock.ts'
import type {ChannelAdapter} from '../delivery/adapter.ts'
import type {RecordingLimits} from '../recording-limits.ts'
import type {Recordings, StoredRecording} from './recordings.ts'

/** What a recording that was not removed is kept for: no message is answered after a day. */
const keepMs = 48 * 3_600_000

/** ms after one that took longer for which recordings stay with the platform: several in a row would add up. */
const pauseMs = 60_000

export interface StoringOptions {
  recordings: Pick<Recordings, 'put'>
  /** As people call it. */
  platform: string
  /** ms that storing a recording may hold up what comes behind it. */
  withinMs: number
  clock: Clock
  log: Log
}

/** Puts recordings away; undefined where that does not succeed, or takes long: the platform still has it. */
export const storingRecordings = ({recordings, platform, withinMs, clock, log}: StoringOptions) => {
  let notBefore = Number.NEGATIVE_INFINITY
  return async (
    name: string,
    fetched: (signal: AbortSignal) => Promise<Uint8Array>,
  ): Promise<StoredRecording | undefined> => {
    if (clock.now() < notBefore) return undefined
    const within = AbortSignal.timeout(withinMs)
    try {
      const bytes = await fetched(within)
      return await Promise.race([recordings.put(name, bytes), aborted(within)])
    } catch (error) {
      if (within.aborted) notBefore = clock.now() + pauseMs
      log.warn({name, why: messageOf(error)}, `a recording is not stored; it stays with ${platform}`)
      return undefined
    }
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), {once: true}))

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

/** What is kept of a message, also where it is no recording. */
interface Kept {
  content: {kind: string; stored?: StoredRecording | undefined}
}

/** What becomes of recordings that were put away. */
export const clearing = <Message extends Kept>(
  recordings: Recordings | undefined,
  now: () => number,
): Pick<ChannelAdapter<Message, never>, 'ended' | 'prune'> => {
  if (!recordings) return {}
  return {
    async ended({content: {stored}}) {
      if (stored) await recordings.remove(stored)
    },
    prune: () => recordings.prune(now() - keepMs),
  }
}
