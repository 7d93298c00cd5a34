import type {LiveEvent} from '@essence/core/conversation/port'
import type {Transcript} from '@essence/core/stt/port'

/** Events of a conversation, as short as a test wants them. */
export const transcript = (text: string, item = 'a'): LiveEvent => {
  const heard: Transcript = {text, segments: [], language: 'en', audioMs: 1000}
  return {type: 'transcript', item, transcript: heard}
}

export const sentence = (text: string, response = 'r'): LiveEvent => ({type: 'sentence', response, text})

export const started = (answers: string | undefined = 'a', response = 'r'): LiveEvent => ({
  type: 'responseStarted',
  response,
  answers,
})

export const ended = (event: Partial<Extract<LiveEvent, {type: 'responseEnded'}>> & {text: string}): LiveEvent => ({
  ...{type: 'responseEnded', response: 'r', status: 'completed', heard: event.text, heardMs: 1000},
  ...event,
})
