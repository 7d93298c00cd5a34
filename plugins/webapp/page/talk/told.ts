// What the Realtime API tells, as messages of the conversation.
import {addError, addMessage, changeMessage, messageOf, removeMessage} from '../conversation/conversation-store.ts'
import {JuneError} from '../server/june-error.ts'
import {words} from '../words/words.ts'
import {carriedBy} from './carried.ts'
import type {ServerEvent} from './server-event.ts'

/** ms after which speech that stopped and is no turn was none: a cough. */
const dismissedMs = 500

/** Of an answer that fails because June is being stopped. */
export const stoppedCode = 'cancelled'

/** What shows each event as it comes. */
export interface Told {
  take(event: ServerEvent): void
  /** The session is gone: what was open in it stays as far as it came. @returns whether an answer broke off */
  breakOff(): boolean
}

export const openTold = (): Told => {
  /** Messages that still grow. */
  const open = new Set<string>()
  /** Turns of the person: what they say in them is not taken back. */
  const committed = new Set<string>()
  /** What failed is told once. */
  let failure: string | undefined
  let answer: string | undefined
  /** An error that comes now is of the answer before it. */
  let hasJustEnded = false

  const grow = (id: string, who: 'you' | 'june', delta: string) => {
    if (messageOf(id)) return changeMessage(id, ({text}) => ({text: text + delta}))
    open.add(id)
    addMessage({id, who, text: delta, isOpen: true})
  }
  const settle = (id: string, text: string): void => {
    open.delete(id)
    committed.delete(id)
    if (text === '') removeMessage(id)
    else if (messageOf(id)) changeMessage(id, {text, isOpen: false})
    else addMessage({id, who: 'you', text})
  }
  const spoken = (id: string, heard: string) => {
    open.delete(id)
    const told = messageOf(id)?.text ?? ''
    // Never said, as far as anybody knows.
    if (heard === '') return removeMessage(id)
    const length = lengthOf(told, heard)
    if (told.slice(length).trim() === '') changeMessage(id, {isOpen: false, text: heard})
    else changeMessage(id, {isOpen: false, heard: length, isStopped: true})
  }

  const take: Told['take'] = event => {
    const isOfAnswer = hasJustEnded
    hasJustEnded = event.type === 'response.done'
    switch (event.type) {
      case 'input_audio_buffer.speech_stopped': {
        const {item_id: id} = event
        setTimeout(() => {
          if (!committed.has(id) && open.delete(id)) removeMessage(id)
        }, dismissedMs)
        return
      }
      case 'input_audio_buffer.committed':
        committed.add(event.item_id)
        return
      case 'input_audio_buffer.cleared':
        // What was being said is nothing.
        for (const id of [...open]) {
          if (messageOf(id)?.who !== 'you' || committed.has(id)) continue
          open.delete(id)
          removeMessage(id)
        }
        return
      case 'conversation.item.input_audio_transcription.delta':
        return grow(event.item_id, 'you', event.delta ?? '')
      case 'conversation.item.input_audio_transcription.completed':
        return settle(event.item_id, event.transcript.trim())
      case 'conversation.item.input_audio_transcription.failed':
        settle(event.item_id, messageOf(event.item_id)?.text ?? '')
        return addError(new JuneError('FAILED', event.error.message ?? words.t('error.failed', {ns: 'talk'})))
      case 'response.created':
        answer = undefined
        failure = undefined
        return
      case 'response.output_audio_transcript.delta':
      case 'response.output_text.delta':
        answer = event.item_id
        return grow(event.item_id, 'june', event.delta)
      case 'response.output_audio_transcript.done':
        return spoken(event.item_id, event.transcript)
      case 'response.output_text.done':
        return spoken(event.item_id, event.text)
      case 'response.done': {
        const {status, status_details: details, metadata} = event.response
        if (status === 'failed') {
          failure = details?.error ? messageOfFailure(details.error) : words.t('error.failed', {ns: 'talk'})
          // June is being stopped: the connection ends, and she is asked again.
          if (details?.error?.code !== stoppedCode) addError(new JuneError('FAILED', failure))
        }
        const {times, sources, confirmation} = carriedBy(metadata)
        if (answer === undefined || !messageOf(answer)) return
        changeMessage(answer, {times, sources, confirmation})
        // Also where she was interrupted between two sentences.
        if (status === 'cancelled') changeMessage(answer, {isStopped: true})
        return
      }
      case 'error': {
        const {code, message} = event.error
        if (isOfAnswer && message === failure) return
        // What could not be spoken can be read.
        if (isOfAnswer && answer !== undefined && messageOf(answer)) return changeMessage(answer, {silent: message})
        return addError(new JuneError(code ?? 'REFUSED', message))
      }
      default:
        return
    }
  }

  return {
    take,
    breakOff() {
      const broken = [...open].flatMap(id => messageOf(id) ?? [])
      open.clear()
      committed.clear()
      for (const {id, who, text} of broken) {
        if (who === 'june' && text !== '') changeMessage(id, {isOpen: false, isStopped: true})
        else removeMessage(id)
      }
      return broken.some(({who, text}) => who === 'june' && text !== '')
    },
  }
}

const messageOfFailure = (error: object): string =>
  'message' in error && typeof error.message === 'string' ? error.message : words.t('error.failed', {ns: 'talk'})

/** How many characters of `told` were heard: what is told and what was heard may differ in their spaces. */
const lengthOf = (told: string, heard: string): number => {
  let left = heard.replace(/\s+/gu, '').length
  let at = 0
  for (; at < told.length && left > 0; at++) if (!/\s/u.test(told.charAt(at))) left--
  return at
}
