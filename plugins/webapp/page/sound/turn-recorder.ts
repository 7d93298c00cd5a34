// Takes from a live conversation what each turn sounded like, and keeps it.
import {personName} from '../server/person-name.ts'
import type {ServerEvent} from '../talk/server-event.ts'
import {pcmOf} from './base64.ts'
import {keepSound} from './kept-sound.ts'
import {rate} from './microphone.ts'

/** Of the microphone; what was said longer ago than this when it is over is not kept whole. */
const maxHeard = 120 * rate
/** Before the speech that was found. */
const marginSamples = 0.2 * rate

/** Hears what is sent and what comes back. */
export interface TurnRecorder {
  /** 16-bit PCM at `rate`, as it is sent, and only what is. */
  hear(pcm: ArrayBuffer): void
  take(event: ServerEvent): void
}

/** @param conversation it is kept for, by the name the gateway has for it */
export const recordTurns = (conversation: string): TurnRecorder => {
  const heard: Int16Array[] = []
  /** Samples that were sent before the beginning and before the end of `heard`. */
  let [from, to] = [0, 0]
  /** The session whose times are told, and the samples that were sent before it. */
  let of = {id: '', from: 0}
  /** What was sent later than this is of no turn yet. */
  let turnFrom = 0
  /** First and last sample, by the item they are of. */
  const spoken = new Map<string, {start: number; end: number}>()
  const answers = new Map<string, Int16Array[]>()

  const samplesIn = (ms: number): number => of.from + Math.round((ms * rate) / 1000)
  const spokenAs = (id: string): Int16Array => {
    const {start, end} = spoken.get(id) ?? {start: to, end: to}
    spoken.delete(id)
    const all = joined(heard)
    return all.slice(Math.max(0, start - from), Math.max(0, end - from))
  }
  return {
    hear(pcm) {
      // The piece itself may be given away.
      heard.push(new Int16Array(pcm.slice(0)))
      to += pcm.byteLength / 2
      for (let oldest = heard[0]; oldest && to - from > maxHeard; oldest = heard[0]) {
        from += oldest.length
        heard.shift()
      }
    },
    take(event) {
      switch (event.type) {
        case 'session.created': {
          const {id = ''} = event.session as {id?: string}
          if (id !== of.id) of = {id, from: to}
          return
        }
        case 'input_audio_buffer.speech_started': {
          const start = Math.max(0, samplesIn(event.audio_start_ms) - marginSamples)
          spoken.set(event.item_id, {start: spoken.get(event.item_id)?.start ?? start, end: to})
          return
        }
        case 'input_audio_buffer.speech_stopped': {
          const known = spoken.get(event.item_id)
          if (known) spoken.set(event.item_id, {...known, end: samplesIn(event.audio_end_ms)})
          return
        }
        case 'input_audio_buffer.committed':
          // Where a button ends turns nobody says when speech began.
          if (!spoken.has(event.item_id)) spoken.set(event.item_id, {start: turnFrom, end: to})
          turnFrom = to
          return
        case 'input_audio_buffer.cleared':
          turnFrom = to
          return
        case 'conversation.item.input_audio_transcription.completed':
          if (spoken.has(event.item_id))
            void keepSound(
              {person: personName(), session: conversation, who: 'you', text: event.transcript},
              spokenAs(event.item_id),
              rate,
            )
          return
        case 'response.output_audio.delta': {
          const pieces = answers.get(event.item_id)
          if (pieces) pieces.push(pcmOf(event.delta))
          else answers.set(event.item_id, [pcmOf(event.delta)])
          return
        }
        case 'response.output_audio_transcript.done': {
          const pieces = answers.get(event.item_id) ?? []
          answers.delete(event.item_id)
          if (event.transcript !== '')
            void keepSound(
              {person: personName(), session: conversation, who: 'june', text: event.transcript},
              joined(pieces),
              rate,
            )
          return
        }
        default:
          return
      }
    },
  }
}

const joined = (pieces: readonly Int16Array[]): Int16Array => {
  const all = new Int16Array(pieces.reduce((sum, {length}) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
