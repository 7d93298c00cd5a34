import type {ShownMessage, StandInState} from './state.ts'

/** A call that has arrived, read. */
export interface Asked {
  params: string[]
  query: URLSearchParams
  payload: Record<string, unknown>
  files: Map<string, {name: string; bytes: Buffer}>
}

export interface Answered {
  status: number
  body?: unknown
}

export interface Route {
  /** What faults and tests call it. */
  name: string
  method: string
  path: RegExp
  /** Without the bot's token: the address has one of its own. */
  open?: boolean
  answer: (asked: Asked) => Answered
}

export interface RouteContext {
  state: StandInState
  /** Address of this server. */
  root: () => string
  /** Told of each message that is new, was changed, or deleted. */
  changed: (event: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE' | 'MESSAGE_DELETE', message: ShownMessage) => void
}
