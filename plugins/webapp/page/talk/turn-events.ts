// What the Realtime API tells, as what June hears and says now.

import type {ServerEvent} from './server-event.ts'
import {note, type TalkFacts, useTalk} from './talk-store.ts'
import {stoppedCode} from './told.ts'

/** Events of ours that ask for an answer, and that commit sound: their refusal says that none comes. */
export const askId = 'ask'
export const commitId = 'commit'
/** An event of ours whose refusal is nothing to tell. */
export const quietId = 'quiet'

/** ms after speech stopped within which it is told to be a turn, and after that within which June begins to answer it, if she does. */
const settleMs = 300

export interface TurnHooks {
  /** 16-bit PCM in base64. @param isFirst an answer begins */
  play: (base64: string, isFirst: boolean) => void
  /** June is silent at once. */
  flush: () => void
  /** What the person said is understood. */
  onUnderstood: (text: string) => void
  /** June begins to answer. */
  onBegun: () => void
  /** June has begun to be heard. */
  onHeard: () => void
  /** @param isWithdrawn it ended before anything of it was heard */
  onAnswered: (isWithdrawn: boolean) => void
  /** An answer that was asked for does not come: there were no words, or there was not enough sound. */
  onRefused: (id: typeof askId | typeof commitId) => void
}

export interface TurnEvents {
  /** @returns whether it is told to nobody else */
  take(event: ServerEvent): boolean
  /** Nothing more of the answer under way is heard. */
  silence(): void
}

/** Follows the turns of a session. */
export const openTurnEvents = (hooks: TurnHooks): TurnEvents => {
  /** The answer under way, and the latest of which nothing more is heard. */
  let answer: string | undefined
  let silenced: string | undefined
  let settling: ReturnType<typeof setTimeout> | undefined
  const settle = (change: Partial<TalkFacts>): void => {
    clearTimeout(settling)
    settling = setTimeout(() => note(change), settleMs)
  }
  const silence = (): void => {
    silenced = answer
    hooks.flush()
  }
  return {
    silence,
    take(event) {
      switch (event.type) {
        case 'input_audio_buffer.speech_started':
          // Told while she answers, it says that she is interrupted.
          if (useTalk.getState().isAnswering) silence()
          clearTimeout(settling)
          note({isHearing: true})
          return false
        case 'input_audio_buffer.speech_stopped':
          settle({isHearing: false})
          return false
        case 'input_audio_buffer.committed':
          clearTimeout(settling)
          note({isHearing: false, isAwaited: true})
          return false
        case 'conversation.item.input_audio_transcription.completed':
          // Not every turn is answered: a "stop" is not.
          if (!useTalk.getState().isPushToTalk) settle({isAwaited: false})
          hooks.onUnderstood(event.transcript)
          return false
        case 'response.created':
          clearTimeout(settling)
          answer = event.response.id
          note({isAwaited: false, isAnswering: true, hasSounded: false})
          hooks.onBegun()
          return false
        case 'response.output_audio.delta': {
          if (event.response_id === silenced) return false
          const isFirst = !useTalk.getState().hasSounded
          hooks.play(event.delta, isFirst)
          if (isFirst) hooks.onHeard()
          note({hasSounded: true})
          return false
        }
        case 'june.queue.updated':
          note({before: event.before ?? undefined})
          return true
        case 'response.done': {
          answer = undefined
          const {status, status_details: details} = event.response
          const isEnded = status === 'cancelled' || details?.error?.code === stoppedCode
          const isWithdrawn = isEnded && !useTalk.getState().hasSounded
          note({isAnswering: false, hasSounded: false})
          hooks.onAnswered(isWithdrawn)
          return false
        }
        case 'error': {
          const {code, event_id: id} = event.error
          // Another session goes on with the conversation.
          if (code === 'session_expired') return true
          if (id !== askId && id !== commitId) return id === quietId || code === 'response_cancel_not_active'
          hooks.onRefused(id)
          return true
        }
        default:
          return false
      }
    },
  }
}
