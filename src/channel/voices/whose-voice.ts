import type {Assistant} from '../../assistant/port.ts'
import type {SpeakerRecognition} from '../../speaker/port.ts'
import type {VoiceTurn} from '../../voice/events.ts'

/** Of whom a voice message is: of whose account it came from, as far as can be told; of somebody who is known; of nobody who is. */
export type Whose = 'own' | 'other' | 'unknown'

export interface Speaking {
  /** Whose account it is: `telegram:42`. Only people of the same channel are looked for. */
  speaker: string
  isGroup: boolean
}

/**
 * Tells whether a person speaks for themselves. Nothing is computed where their voice is not known and they are alone with June, nor where
 * nobody of a group is known.
 * @param audio reads what was said: mono, 16 kHz, −1..1
 * @throws CANCELLED, ENGINE_FAILED, ENGINE_UNAVAILABLE, STORE_UNAVAILABLE, and what `audio` throws
 */
export const whoseVoice = async (
  audio: () => Promise<Float32Array>,
  {speaker, isGroup}: Speaking,
  recognition: SpeakerRecognition,
  signal?: AbortSignal,
): Promise<Whose> => {
  const channel = speaker.slice(0, speaker.indexOf(':') + 1)
  const people = (await recognition.enrolled()).filter(person => person.startsWith(channel))
  const isKnown = people.includes(speaker)
  if (people.length === 0 || (!isKnown && !isGroup)) return 'own'
  const who = await recognition.whoSpoke(await audio(), people, signal)
  if (who.person !== undefined) return who.person === speaker ? 'own' : 'other'
  // A voice that nobody knows may well be that of somebody who is not enrolled.
  return who.reason === 'unknown-voice' && isKnown ? 'unknown' : 'own'
}

/** A person, and the conversation of theirs. */
export type Place = Pick<VoiceTurn, 'speaker' | 'session'>

/**
 * Where a message is answered that the person of the account did not speak: as nobody's, in a conversation of its own, without tools. It
 * sees no memory of anyone.
 */
export const apart = ({speaker, session}: Place, message: string): Place & {tools: false} => ({
  speaker: `${speaker}#${message}`,
  session: `${session}#${message}`,
  tools: false,
})

/** Whose account it came from, for what a turn takes. */
export const accountOf = (speaker: string): string => speaker.split('#', 1)[0] ?? speaker

/** Erases what was said apart: nothing of it is remembered. @throws STORE_UNAVAILABLE */
export const forgetApart = async ({speaker, session}: Place, assistant: Assistant): Promise<void> => {
  await Promise.all([assistant.mind?.memory.eraseAll(speaker), assistant.forget(session, speaker)])
}
