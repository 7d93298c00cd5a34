import {type ErrorCode, EssenceError, systemCodeOf} from '@essence/core/kit/errors'
import {isBeforeConnection, networkCodeOf} from '@essence/core/kit/network-failure'
import {HttpError} from 'grammy'

interface Details {
  /** `error_code` of Telegram's answer; absent when none came. */
  status?: number | undefined
  retryAfterMs?: number | undefined
  /** Where a group that became a supergroup goes on. */
  movedTo?: number | undefined
  /** Telegram surely did not do what it was asked, so asking again cannot do it twice. */
  certainlyNotDone: boolean
  suggestions?: string[] | undefined
}

/** A failed call of the Bot API. Holds neither the address (the token is in it) nor the payload (what people said). */
export class BotApiError extends EssenceError {
  readonly status: number | undefined
  readonly certainlyNotDone: boolean
  readonly movedTo: number | undefined

  constructor(code: ErrorCode, message: string, details: Details) {
    super(code, message, {suggestions: details.suggestions ?? [], retryAfterMs: details.retryAfterMs})
    this.status = details.status
    this.certainlyNotDone = details.certainlyNotDone
    this.movedTo = details.movedTo
  }
}

/** What Telegram answers with when it refuses. */
export interface Refusal {
  error_code: number
  description: string
  parameters?: {retry_after?: number; migrate_to_chat_id?: number}
}

export const refused = (method: string, {error_code: status, description, parameters}: Refusal): BotApiError => {
  const message = `Telegram refused ${method}: ${status} ${description}`
  // A malformed token is answered with 404, a wrong one with 401.
  if (status === 401 || status === 404) {
    return new BotApiError('TOKEN_REJECTED', 'Telegram does not know the token in TELEGRAM_BOT_TOKEN.', {
      status,
      certainlyNotDone: true,
      suggestions: ['Ask @BotFather for the token of your bot (/mybots, API Token) and set TELEGRAM_BOT_TOKEN to it.'],
    })
  }
  if (status === 409) {
    return new BotApiError('POLLER_CONFLICT', `Another program reads the messages of this bot (${description}).`, {
      status,
      certainlyNotDone: true,
      suggestions: [
        'Stop the other one: another telegram-service, here or on another machine, or any program with the same token.',
        'If you cannot find it, revoke the token: @BotFather, /revoke, then set TELEGRAM_BOT_TOKEN to the new one.',
      ],
    })
  }
  const seconds = parameters?.retry_after
  if (status === 429) {
    return new BotApiError('REMOTE_UNREACHABLE', message, {
      status,
      retryAfterMs: (seconds ?? 1) * 1000,
      certainlyNotDone: true,
    })
  }
  // Behind a 5xx the message may have gone out all the same.
  if (status >= 500) return new BotApiError('REMOTE_UNREACHABLE', message, {status, certainlyNotDone: false})
  const movedTo = parameters?.migrate_to_chat_id
  return new BotApiError('REMOTE_REFUSED', message, {status, certainlyNotDone: true, movedTo})
}

/** @param response the answer to a download, which is no JSON */
export const fileRefused = ({status, headers}: Response): BotApiError => {
  const retryAfter = Number(headers.get('retry-after'))
  return new BotApiError(
    status === 429 || status >= 500 ? 'REMOTE_UNREACHABLE' : 'REMOTE_REFUSED',
    `Telegram did not give a file: HTTP ${status}.`,
    {status, certainlyNotDone: true, retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : undefined},
  )
}

/** @param error what the disk said */
export const localFileMissing = (error: unknown): BotApiError =>
  new BotApiError(
    'REMOTE_REFUSED',
    `A file that the Bot API server has on its disk cannot be read here (${systemCodeOf(error)}).`,
    {
      certainlyNotDone: true,
      suggestions: [
        'With --local the server and this service share a disk: give this user the right to read its folder.',
        'Or start the server without --local.',
      ],
    },
  )

interface Called {
  method: string
  /** With its port. Not the whole address: the token is in it. */
  host: string
}

/** @param error what `fetch` threw; its text is not kept, it may contain the address and so the token */
export const unreachable = (called: Called, error: unknown): BotApiError => {
  // What is no JSON.
  if (error instanceof HttpError && error.error instanceof SyntaxError) return notTelegram(called)
  const code = networkCodeOf(error)
  return noAnswer(called, code ?? 'the connection broke', isBeforeConnection(code))
}

/** Of a server that is none, or of a proxy before one. */
export const notTelegram = (called: Called): BotApiError =>
  noAnswer(called, 'it does not answer as a Bot API server', false)

const noAnswer = ({method, host}: Called, why: string, certainlyNotDone: boolean): BotApiError =>
  new BotApiError('REMOTE_UNREACHABLE', `No answer from ${host} to ${method} (${why}).`, {
    certainlyNotDone,
    suggestions: ['Check the network, and TELEGRAM_API_ROOT if it is set.'],
  })

/** What was to be changed is so already: by a process before this one, or but for the blanks that Telegram leaves out. @throws any other */
export const unlessUnchanged = (error: unknown): void => {
  if (!(error instanceof BotApiError) || !error.message.includes('message is not modified')) throw error
}
