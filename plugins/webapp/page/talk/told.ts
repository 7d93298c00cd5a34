// What the Realtime API tells, as messages of the conversation.
import type {RealtimeServerEvent} from 'openai/resources/realtime/realtime'
import {addError, addMessage, changeMessage, messageOf, removeMessage} from '../conversation/conversation-store.ts'
import {JuneError} from '../server/june-error.ts'
import {showState} from './talk-store.ts'

/** Of a piece of June's voice: 16-bit PCM in base64. */
type OnSound = (base64: string) => void

/** @returns what takes each event as it comes */
export const telling = (onSound: OnSound): ((event: RealtimeServerEvent) => void) => {
  const grow = (id: string, who: 'you' | 'june', delta: string): void => {
    if (messageOf(id)) changeMessage(id, ({text}) => ({text: text + delta}))
    else addMessage({id, who, text: delta, isOpen: true})
  }
  return event => {
    switch (event.type) {
      case 'input_audio_buffer.speech_started':
        return showState('hearing')
      case 'input_audio_buffer.speech_stopped':
        return showState('listening')
      case 'input_audio_buffer.committed':
        return showState('thinking')
      case 'conversation.item.input_audio_transcription.delta':
        return grow(event.item_id, 'you', event.delta ?? '')
      case 'conversation.item.input_audio_transcription.completed':
        if (messageOf(event.item_id)) changeMessage(event.item_id, {text: event.transcript, isOpen: false})
        else addMessage({id: event.item_id, who: 'you', text: event.transcript})
        return
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta':
        return grow(event.item_id, 'june', event.delta)
      case 'response.output_audio.delta':
        return onSound(event.delta)
      case 'response.output_audio_transcript.done':
      case 'response.output_text.done': {
        const heard = 'transcript' in event ? event.transcript : event.text
        const told = messageOf(event.item_id)?.text ?? ''
        // Never said, as far as anybody knows.
        if (heard === '') return removeMessage(event.item_id)
        if (heard.length < told.length)
          changeMessage(event.item_id, {isOpen: false, heard: heard.length, isStopped: true})
        else changeMessage(event.item_id, {isOpen: false, text: heard})
        return
      }
      case 'response.done': {
        const {status, status_details: details} = event.response
        if (status === 'failed') addError(new JuneError('FAILED', messageOfFailure(details)))
        return
      }
      case 'error':
        return addError(new JuneError(event.error.code ?? 'REFUSED', event.error.message))
      default:
        return
    }
  }
}

const messageOfFailure = (details: unknown): string =>
  (details as {error?: {message?: string}} | undefined)?.error?.message ?? 'June could not answer.'
