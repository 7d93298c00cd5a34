import {readAudio} from '../audio/decode/decode.ts'
import type {AudioSource} from '../audio/source.ts'
import {defined} from '../kit/defined.ts'
import {EssenceError, isEssenceError} from '../kit/errors.ts'
import type {Transcript} from '../stt/port.ts'
import type {Said, TranscriptEvent} from './events.ts'
import type {TurnContext} from './turn-context.ts'

export interface ListenLimits {
  /** Longest utterance accepted, in ms. */
  maxAudioMs?: number | undefined
  /** Largest recording accepted, in bytes. */
  maxAudioBytes?: number | undefined
}

/** Hears one recording. @throws NO_SPEECH, CANCELLED, and what decoding and recognition throw */
export const listen = async (
  audio: AudioSource,
  {turn, stt, signal, times, now, since}: TurnContext,
  {maxAudioMs, maxAudioBytes}: ListenLimits,
): Promise<TranscriptEvent> => {
  const decoding = now()
  const samples = await readAudio(audio, {
    sampleRate: 16_000,
    signal,
    ...defined({maxDurationMs: maxAudioMs, maxBytes: maxAudioBytes}),
  })
  const decodeMs = Math.round(since(decoding))
  const recognizing = now()
  const transcript = await stt.recognize(samples, {signal, language: turn.language ?? 'auto'})
  const sttMs = Math.round(since(recognizing))
  times.decodeMs = (times.decodeMs ?? 0) + decodeMs
  times.sttMs = (times.sttMs ?? 0) + sttMs
  if (transcript.text.trim() === '') {
    const seconds = (transcript.audioMs / 1000).toFixed(1)
    throw new EssenceError('NO_SPEECH', `No speech was heard in ${seconds} s of audio.`, {
      suggestions: ['Speak closer to the microphone, and for a second at least.'],
    })
  }
  return {type: 'transcript', transcript, decodeMs, sttMs}
}

/** What is asked with a recording, and with what stands below it. */
export const askedWith = ({text}: Transcript, question: string | undefined): string =>
  question ? `“${text}”\n\n${question}` : text

/** What is the matter with one recording, and none with the others. */
const ofOne = new Set(['NO_SPEECH', 'AUDIO_EMPTY', 'AUDIO_UNREADABLE', 'AUDIO_TOO_LONG', 'AUDIO_TOO_LARGE'])

/**
 * Hears several messages in order, as one. One that cannot be heard is left out, and told; so long as something is left.
 * @returns the event, where anything was to be heard; and all that was said and written
 * @throws as `listen`
 */
export const listenToAll = async (
  messages: readonly Said[],
  context: TurnContext,
  limits: ListenLimits,
): Promise<{event: TranscriptEvent | undefined; text: string}> => {
  const texts: string[] = []
  const heard: TranscriptEvent[] = []
  const missed: EssenceError[] = []
  for (const message of messages) {
    if ('text' in message) {
      texts.push(message.text)
      continue
    }
    try {
      const event = await listen(message.audio, context, limits)
      heard.push(event)
      texts.push(askedWith(event.transcript, message.question))
    } catch (error) {
      if (!isEssenceError(error) || !ofOne.has(error.code)) throw error
      missed.push(error)
    }
  }
  const [first] = missed
  if (texts.length === 0 && first) throw first
  return {event: heard.length + missed.length > 0 ? together(heard, missed) : undefined, text: texts.join('\n')}
}

const together = (heard: readonly TranscriptEvent[], missed: readonly EssenceError[]): TranscriptEvent => {
  const transcripts = heard.map(({transcript}) => transcript)
  let startMs = 0
  const segments = transcripts.flatMap(({segments, audioMs}) => {
    const shifted = segments.map(one => ({...one, startMs: one.startMs + startMs, endMs: one.endMs + startMs}))
    startMs += audioMs
    return shifted
  })
  return {
    type: 'transcript',
    transcript: {
      text: transcripts.map(({text}) => text).join('\n'),
      segments,
      language: transcripts.at(-1)?.language ?? 'und',
      audioMs: startMs,
    },
    decodeMs: heard.reduce((sum, {decodeMs}) => sum + decodeMs, 0),
    sttMs: heard.reduce((sum, {sttMs}) => sum + sttMs, 0),
    ...(missed.length > 0 ? {missed} : {}),
  }
}
