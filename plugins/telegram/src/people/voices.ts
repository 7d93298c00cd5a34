import {readAudio} from '@essence/core/audio/decode/decode'
import type {RecordingLimits} from '@essence/core/channel/recording-limits'
import {Enrolments} from '@essence/core/channel/voices/enrolments'
import {type Whose, whoseVoice} from '@essence/core/channel/voices/whose-voice'
import type {Words} from '@essence/core/channel/words/words'
import type {SpeakerRecognition} from '@essence/core/speaker/port'
import type {VoiceTurn} from '@essence/core/voice/events'
import type {TurnAnswerOptions} from '../answer-turn.ts'
import {recordingOf} from '../bot-api/stored-recording.ts'
import {type CommandContext, personOf} from '../command-context.ts'
import type {Incoming} from '../incoming.ts'

/** Who is known by their voice, and who is about to be. */
export interface Voices {
  recognition: SpeakerRecognition
  enrolments: Enrolments
}

export const voicesOf = (recognition: SpeakerRecognition | undefined, now: () => number): Voices | undefined =>
  recognition && {recognition, enrolments: new Enrolments(recognition, now)}

/**
 * What is said to a voice message from which June learns a voice; undefined for one that is a question.
 * @throws as `recordingOf`, `readAudio` and `Enrolments.take`
 */
export const takeSentence = async (
  asked: Incoming,
  {bot, context: {voices, limits}, record: {log}, clock, recordings}: TurnAnswerOptions,
  words: Words,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const {content, messageId} = asked
  if (!voices || content.kind !== 'sound' || !isSentence(asked, voices)) return undefined
  const [{speaker: person}, message] = [personOf(asked), String(messageId)]
  const bytes = await recordingOf(content, {bot, limits, clock, log, recordings}, signal)
  return await voices.enrolments.take({person, message, audio: await heard(bytes, limits, signal)}, words, signal)
}

/** Whether a recording that somebody sends is a sentence that June learns their voice from. */
export const isSentence = ({content, group, ...asked}: Incoming, voices: Voices | undefined): boolean =>
  // What another message says is asked about, and so is what is said in a group.
  voices !== undefined &&
  !group &&
  content.kind === 'sound' &&
  content.question === undefined &&
  voices.enrolments.awaits(personOf(asked).speaker, String(asked.messageId))

/** Whose voice a message is; what has none is of the account's person, and of several that of the first who is not. @throws as `whoseVoice` and `readAudio` */
export const whoseMessage = async (
  asked: Incoming,
  input: VoiceTurn['input'],
  {voices, limits}: Pick<CommandContext, 'voices' | 'limits'>,
  signal: AbortSignal,
): Promise<Whose> => {
  if (!voices || input === 'continued') return 'own'
  const speaking = {speaker: personOf(asked).speaker, isGroup: asked.group !== undefined}
  for (const said of 'messages' in input ? input.messages : [input]) {
    if (!('audio' in said) || !('bytes' in said.audio)) continue
    const {bytes} = said.audio
    const whose = await whoseVoice(() => heard(bytes, limits, signal), speaking, voices.recognition, signal)
    if (whose !== 'own') return whose
  }
  return 'own'
}

/** A recording as voices are told by it: mono, 16 kHz, −1..1. */
const heard = (bytes: Uint8Array, limits: RecordingLimits, signal: AbortSignal): Promise<Float32Array> =>
  readAudio({bytes}, {sampleRate: 16_000, maxDurationMs: limits.maxSeconds * 1000, maxBytes: limits.maxBytes, signal})
