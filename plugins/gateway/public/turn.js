// One turn over HTTP: sends sound or text, yields what happens. See docs/web-api.md for the lines.

import {linesOf} from './lines.js'
import {ask} from './sign-in/ask.js'

/** A failure with what to do about it, from the server or from here. */
export class TurnError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string[]} [suggestions]
   */
  constructor(code, message, suggestions = []) {
    super(message)
    this.code = code
    this.suggestions = suggestions
  }
}

/**
 * @typedef {object} TurnOptions
 * @property {string} session
 * @property {boolean} speak
 * @property {string} [voice]
 *
 * @typedef {{id: string, question: string, expiresAt: string, yes: string, no: string}} Confirmation
 * @typedef {{id: string, name: string, page?: number}} Source
 * @typedef {{kind: 'stop'} | {kind: 'volume', level?: number, step?: 1 | -1}} DoorAction
 * @typedef {{text: string, decision?: {confirmation: string, accepted: boolean}}} Written
 *
 * @typedef {{type: 'transcript', text: string}
 *   | {type: 'waiting', before: number}
 *   | {type: 'delta', text: string}
 *   | {type: 'sentence', index: number, text: string}
 *   | {type: 'speech', index: number, mime: string, audio: string}
 *   | {type: 'leadIn', text: string, mime: string, audio: string}
 *   | {type: 'speechFailed', index: number, message: string}
 *   | {type: 'done', text: string, times: Record<string, number>, confirmation?: Confirmation, sources?: Source[], action?: DoorAction}
 *   | {type: 'error', code: string, message: string, suggestions: string[]}} TurnLine
 */

/**
 * @param {{audio: Blob} | Written} input
 * @param {TurnOptions} options
 * @param {AbortSignal} signal aborting ends the turn on the server too
 * @returns {AsyncGenerator<Exclude<TurnLine, {type: 'error'}>>} ends after `done`
 */
export async function* streamTurn(input, options, signal) {
  const response = await send(input, options, signal)
  if (!response.ok || !response.body) throw await refusal(response)
  for await (const line of linesOf(response.body)) {
    /** @type {TurnLine} */
    const event = JSON.parse(line)
    if (event.type === 'error') throw new TurnError(event.code, event.message, event.suggestions)
    yield event
    if (event.type === 'done') return
  }
  throw new TurnError('BROKEN', 'The connection ended in the middle of the answer.', ['Say it again.'])
}

/**
 * @param {{audio: Blob} | Written} input
 * @param {TurnOptions} options
 * @param {AbortSignal} signal
 */
const send = async (input, options, signal) => {
  try {
    if ('audio' in input) {
      const query = new URLSearchParams({session: options.session, speak: String(options.speak)})
      if (options.voice) query.set('voice', options.voice)
      const headers = {'content-type': input.audio.type || 'application/octet-stream'}
      return await ask(`/api/turn?${query}`, {method: 'POST', headers, body: input.audio, signal})
    }
    const headers = {'content-type': 'application/json'}
    return await ask('/api/turn', {method: 'POST', headers, body: JSON.stringify({...options, ...input}), signal})
  } catch (error) {
    if (signal.aborted) throw error
    throw new TurnError('UNREACHABLE', 'June does not answer.', ['See whether `essence gateway` still runs.'])
  }
}

/**
 * Has June forget a conversation. Fails silently: it is never spoken of again, and she forgets by herself in time.
 * @param {string} session
 */
export const forget = session =>
  ask(`/api/session/${session}`, {method: 'DELETE'}).then(
    () => {},
    () => {},
  )

/** What a server that refused a request said. @param {Response} response */
export const refusal = async response => {
  const body = await response.json().catch(() => undefined)
  const {code, message, suggestions} = body?.error ?? {code: 'REFUSED', message: `The server said ${response.status}.`}
  return new TurnError(code, message, suggestions)
}
