import type {RealtimeClientEvent} from 'openai/resources/realtime/realtime'
import {note, useTalk} from './talk-store.ts'
import {askId, commitId} from './turn-events.ts'

/** What June was asked and has not begun to answer: words, or sound that she has not understood yet. */
interface Question {
  /** Undefined: it is sound. */
  text: string | undefined
  /** It went over a connection; else it waits for one. */
  isSent: boolean
}

/** Asks for answers, one at a time, and knows what is to be asked again where June is started anew. */
export interface Asking {
  readonly isCommitted: boolean
  write(text: string): void
  commit(): void
  understood(text: string): void
  /** An answer begins. @returns whether it is not wanted any more */
  begun(): boolean
  heard(): void
  /** @param isWithdrawn it ended before anything of it was heard, as where June is stopped */
  answered(isWithdrawn: boolean): void
  refused(id: typeof askId | typeof commitId): void
  /** The answer that was asked for is not wanted. */
  drop(): void
  opened(): void
  /** Asks again what the session that is gone was asked. @returns whether there was anything */
  again(): boolean
}

export const openAsking = (send: (event: RealtimeClientEvent) => void, isOpen: () => boolean): Asking => {
  let question: Question | undefined
  /** An answer was asked for and has neither begun nor been refused. */
  let isCreating = false
  let isDropped = false
  /** The answer to the question was begun and taken back. */
  let isTakenBack = false
  /** Another is asked for once this one is over. */
  let isNext = false

  const create = (): void => {
    isCreating = true
    send({type: 'response.create', event_id: askId})
  }
  const respond = (): void => {
    note({isAwaited: true})
    isNext = isCreating || useTalk.getState().isAnswering
    if (!isNext) create()
  }
  const goOn = (): void => {
    if (!isNext || isCreating || useTalk.getState().isAnswering) return
    isNext = false
    create()
  }
  const asking: Asking = {
    get isCommitted() {
      return question !== undefined && question.text === undefined
    },
    write(text) {
      question = {text, isSent: isOpen()}
      isTakenBack = false
      send({
        type: 'conversation.item.create',
        item: {type: 'message', role: 'user', content: [{type: 'input_text', text}]},
      })
      respond()
    },
    commit() {
      question = {text: undefined, isSent: isOpen()}
      send({type: 'input_audio_buffer.commit', event_id: commitId})
      respond()
    },
    understood(text) {
      isTakenBack = false
      question = text.trim() === '' ? undefined : {text, isSent: true}
    },
    begun() {
      const isUnwanted = isDropped
      isCreating = false
      isDropped = false
      return isUnwanted
    },
    heard() {
      question = undefined
    },
    answered(isWithdrawn) {
      isTakenBack = isWithdrawn
      if (!isNext && !isWithdrawn) question = undefined
      goOn()
    },
    refused(id) {
      if (!isNext) note({isAwaited: false})
      if (id === commitId) question = undefined
      else isCreating = false
      goOn()
    },
    drop() {
      isDropped = isCreating
      isNext = false
      if (question?.text !== undefined) question = undefined
      note({isAwaited: false})
    },
    opened() {
      if (question) question.isSent = true
      goOn()
    },
    again() {
      const {isAnswering, isAwaited} = useTalk.getState()
      const lost = question?.isSent && (isAnswering || isAwaited || isTakenBack) ? question : undefined
      note({isAnswering: false})
      isDropped = false
      if (!lost) return question !== undefined
      isCreating = false
      isNext = false
      if (lost.text === undefined) asking.commit()
      else asking.write(lost.text)
      return true
    },
  }
  return asking
}
