// One written turn over HTTP: docs/web-api.md has the lines.
import {words} from '../words/words.ts'
import {askFor, posting} from './ask.ts'
import {JuneError} from './june-error.ts'
import {linesOf} from './lines.ts'

export interface Confirmation {
  id: string
  question: string
  expiresAt: string
  yes: string
  no: string
}

export interface Source {
  id: string
  name: string
  page?: number
}

export type DoorAction = {kind: 'stop'} | {kind: 'volume'; level?: number; step?: 1 | -1}

/** ms of the stages of a turn, by their names in `done.times`. */
export type Times = Record<string, number>

export interface WrittenTurn {
  text: string
  session: string
  speak: boolean
  voice?: string
  speed?: number
  language?: string
  decision?: {confirmation: string; accepted: boolean}
}

export type TurnLine =
  | {type: 'waiting'; before: number}
  | {type: 'delta'; text: string}
  | {type: 'sentence'; index: number; text: string}
  | {type: 'speech'; index: number; mime: string; audio: string}
  | {type: 'leadIn'; text: string; mime: string; audio: string}
  | {type: 'speechFailed'; index: number; message: string}
  | {type: 'done'; text: string; times: Times; confirmation?: Confirmation; sources?: Source[]; action?: DoorAction}

type ErrorLine = {type: 'error'; code: string; message: string; suggestions: string[]}

/**
 * Ends after `done`.
 * @param signal aborting ends the turn on the server too
 * @throws JuneError
 */
export async function* streamTurn(turn: WrittenTurn, signal: AbortSignal): AsyncGenerator<TurnLine> {
  const {body} = await askFor('/api/turn', posting(turn, {signal}))
  try {
    for await (const line of body ? linesOf(body) : []) {
      const event: TurnLine | ErrorLine = JSON.parse(line)
      if (event.type === 'error') throw new JuneError(event.code, event.message, event.suggestions)
      yield event
      if (event.type === 'done') return
    }
  } catch (error) {
    // Else the connection was lost on the way.
    if (signal.aborted || error instanceof JuneError) throw error
  }
  throw new JuneError('BROKEN', words.t('error.broken'), [words.t('error.brokenStep')])
}
