import {type ErrorOptions, EssenceError} from '../../kit/errors.ts'

/** A failure that may pass by itself. */
export class Passing extends EssenceError {
  constructor(message: string, options: ErrorOptions = {}) {
    super('REMOTE_UNREACHABLE', message, options)
  }
}

/** The server is there, and says that it has too much to do. */
export class Busy extends Passing {
  readonly status: number
  /** The pause it asks for, ms. */
  readonly pauseMs: number | undefined

  constructor(message: string, {status, pauseMs, ...options}: ErrorOptions & Pick<Busy, 'status' | 'pauseMs'>) {
    super(message, options)
    this.status = status
    this.pauseMs = pauseMs
  }
}
