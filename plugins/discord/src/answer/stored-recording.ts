import type {Recordings} from '@essence/core/channel/recordings/recordings'
import {readStored, storingRecordings} from '@essence/core/channel/recordings/stored-recording'
import {type Incoming, isIncoming, type Pending, type Sound} from '../incoming/incoming.ts'
import {type FetchOptions, fetchRecording} from './fetch-recording.ts'

/** ms that storing a recording may hold up what comes behind it: a slash command has 3 s. */
const withinMs = 1500

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

/** Puts the recordings of messages away. */
export const withStored = (options: FetchOptions & {recordings: Recordings; botId: string}) => {
  const store = storingRecordings({...options, platform: 'Discord', withinMs})
  return async (message: Pending): Promise<Pending> => {
    if (!isIncoming(message) || message.content.kind !== 'sound') return message
    const {content, id} = message
    const stored = await store(`discord/${options.botId}/${id}`, signal =>
      fetchRecording(content, message, options, signal),
    )
    return {...message, content: {...content, stored}}
  }
}
