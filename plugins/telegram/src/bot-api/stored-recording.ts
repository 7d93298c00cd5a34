import type {Recordings} from '@essence/core/channel/recordings/recordings'
import {readStored, storingRecordings} from '@essence/core/channel/recordings/stored-recording'
import {isIncoming, type Pending, type Sound} from '../incoming.ts'
import {type FetchOptions, fetchRecording} from './fetch-recording.ts'

/** ms that storing a recording may hold up the messages behind it. */
const withinMs = 15_000

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

/** Puts the recordings of messages away. */
export const withStored = (options: FetchOptions & {recordings: Recordings; botId: string}) => {
  const store = storingRecordings({...options, platform: 'Telegram', withinMs})
  return async (message: Pending): Promise<Pending> => {
    if (!isIncoming(message) || message.content.kind !== 'sound') return message
    const {content, updateId} = message
    const name = `telegram/${options.botId}/${updateId}`
    const stored = await store(name, signal => fetchRecording(content, options, signal))
    return {...message, content: {...content, stored}}
  }
}
