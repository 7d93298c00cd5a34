import type {Recordings, StoredRecording} from '@essence/core/channel/recordings/recordings'
import {readStored} from '@essence/core/channel/recordings/stored-recording'
import {messageOf} from '@essence/core/kit/errors'
import {isIncoming, type Pending, type Sound} from '../incoming.ts'
import {type FetchOptions, fetchRecording} from './fetch-recording.ts'

export interface StoreOptions extends FetchOptions {
  recordings: Recordings
  botId: string
}

/** ms that storing a recording may hold up the messages behind it. */
const withinMs = 15_000

/** Where the recording of a message was put, where it was. */
export const storedOf = (message: Pending): StoredRecording | undefined =>
  isIncoming(message) && message.content.kind === 'sound' ? message.content.stored : undefined

/** Where recordings come from. */
export interface RecordingSource extends FetchOptions {
  /** Where they were put when they came. */
  recordings?: Recordings | undefined
}

/** The bytes of a recording, from where they were put, or from Telegram. @throws as `fetchRecording` */
export const recordingOf = async (
  sound: Sound,
  {recordings, ...options}: RecordingSource,
  signal: AbortSignal,
): Promise<Uint8Array> =>
  (await readStored(sound.stored, {...options, recordings})) ?? (await fetchRecording(sound, options, signal))

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
