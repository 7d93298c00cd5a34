import type {Recordings, StoredRecording} from '@essence/core/channel/recordings/recordings'
import {readStored} from '@essence/core/channel/recordings/stored-recording'
import {messageOf} from '@essence/core/kit/errors'
import {type Incoming, isIncoming, type Pending, type Sound} from '../incoming/incoming.ts'
import {type FetchOptions, fetchRecording} from './fetch-recording.ts'

/** ms that storing a recording may hold up what comes behind it: a slash command has 3 s. */
const withinMs = 1500

/** ms after one that took longer for which recordings stay with Discord: several in a row would add up. */
const pauseMs = 60_000

/** Where the recording of a message was put, where it was. */
export const storedOf = (message: Pending): StoredRecording | undefined =>
  isIncoming(message) && message.content.kind === 'sound' ? message.content.stored : undefined

/** Where recordings come from. */
export interface RecordingSource extends FetchOptions {
  /** Where they were put when they came. */
  recordings?: Recordings | undefined
}

/** The bytes of a recording, from where they were put, or from Discord. @throws as `fetchRecording` */
export const recordingOf = async (
  sound: Sound,
  message: Pick<Incoming, 'channelId' | 'messageId'>,
  {recordings, ...options}: RecordingSource,
  signal: AbortSignal,
): Promise<Uint8Array> =>
  (await readStored(sound.stored, {...options, recordings})) ?? (await fetchRecording(sound, message, options, signal))

/** Puts the recordings of messages away; a message stays as it was where that does not succeed, or takes long: Discord still has it. */
export const storingRecordings = ({
  recordings,
  botId,
  ...options
}: FetchOptions & {recordings: Recordings; botId: string}): ((message: Pending) => Promise<Pending>) => {
  const {clock, log} = options
  let notBefore = Number.NEGATIVE_INFINITY
  return async message => {
    if (!isIncoming(message) || message.content.kind !== 'sound' || clock.now() < notBefore) return message
    const {id, content} = message
    const within = AbortSignal.timeout(withinMs)
    try {
      const bytes = await fetchRecording(content, message, options, within)
      const stored = await Promise.race([recordings.put(`discord/${botId}/${id}`, bytes), aborted(within)])
      return {...message, content: {...content, stored}}
    } catch (error) {
      if (within.aborted) notBefore = clock.now() + pauseMs
      log.warn({id, why: messageOf(error)}, 'a recording is not stored; it stays with Discord')
      return message
    }
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), {once: true}))
