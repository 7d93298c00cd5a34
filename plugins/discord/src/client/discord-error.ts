import {type ErrorCode, EssenceError} from '@essence/core/kit/errors'
import {isBeforeConnection, networkCodeOf} from '@essence/core/kit/network-failure'
import {DiscordAPIError, GatewayCloseCodes, HTTPError, RateLimitError} from 'discord.js'

interface Details {
  /** HTTP status of the answer; absent when none came. */
  status?: number | undefined
  /** Discord's own number for it, as 50007. */
  reason?: number | undefined
  retryAfterMs?: number | undefined
  /** Discord surely did not do what it was asked, so asking again cannot do it twice. */
  certainlyNotDone: boolean
  suggestions?: string[] | undefined
}

/**
 * A failed call of Discord's API. Holds neither the address (tokens of interactions are in it) nor the payload (what people said),
 * both of which the library's own errors keep.
 */
export class DiscordError extends EssenceError {
  readonly status: number | undefined
  readonly reason: number | undefined
  readonly certainlyNotDone: boolean

  constructor(code: ErrorCode, message: string, details: Details) {
    super(code, message, {suggestions: details.suggestions ?? [], retryAfterMs: details.retryAfterMs})
    this.status = details.status
    this.reason = details.reason
    this.certainlyNotDone = details.certainlyNotDone
  }
}

const newToken =
  'Open https://discord.com/developers/applications, your application, Bot, Reset Token, and set DISCORD_BOT_TOKEN to the new one.'

export const tokenRejected = (): DiscordError =>
  new DiscordError('TOKEN_REJECTED', 'Discord does not know the token in DISCORD_BOT_TOKEN.', {
    status: 401,
    certainlyNotDone: true,
    suggestions: [newToken],
  })

/** Discord would refuse it now. */
export const heldBack = (call: string, retryAfterMs: number): DiscordError =>
  new DiscordError('REMOTE_UNREACHABLE', `Discord takes no more for now: ${call}.`, {
    ...{status: 429, retryAfterMs, certainlyNotDone: true},
  })

/**
 * What a failed call means.
 * @param call its name, for people
 * @param error what the library threw
 * @param withToken the call proves itself by the bot's token
 */
export const callFailed = (call: string, error: unknown, withToken: boolean): DiscordError => {
  if (error instanceof RateLimitError) {
    // Refused by Discord, or held back here because it would be: nothing was done.
    const retryAfterMs = Math.max(0, error.retryAfter, error.sublimitTimeout)
    return heldBack(`${call}${error.global ? ', nor anything else' : ''}`, retryAfterMs)
  }
  if (error instanceof DiscordAPIError) {
    const {status, code, message} = error
    if (status === 401 && withToken) return tokenRejected()
    const reason = Number(code)
    return new DiscordError('REMOTE_REFUSED', `Discord refused ${call}: ${status} ${firstLine(message)} (${code}).`, {
      status,
      reason: Number.isFinite(reason) ? reason : undefined,
      certainlyNotDone: true,
    })
  }
  if (error instanceof HTTPError) {
    // Behind a 5xx the message may have gone out all the same.
    const {status} = error
    const message = `Discord could not answer ${call}: HTTP ${status}.`
    return new DiscordError('REMOTE_UNREACHABLE', message, {status, certainlyNotDone: false})
  }
  const code = networkCodeOf(error)
  const why = code ?? (error instanceof SyntaxError ? 'its answer is not JSON' : 'the connection broke')
  return new DiscordError('REMOTE_UNREACHABLE', `No answer from Discord to ${call} (${why}).`, {
    certainlyNotDone: isBeforeConnection(code),
    suggestions: ['Check the network, and DISCORD_API_ROOT if it is set.'],
  })
}

/** What Discord says of a form names its fields line by line; the first is enough. */
const firstLine = (message: string): string => message.split('\n', 1)[0] ?? ''

/** @param response the answer to a download, which is no JSON */
export const fileRefused = ({status, headers}: Response): DiscordError => {
  const retryAfter = Number(headers.get('retry-after'))
  return new DiscordError(
    status === 429 || status >= 500 ? 'REMOTE_UNREACHABLE' : 'REMOTE_REFUSED',
    `Discord did not give a file: HTTP ${status}.`,
    {status, certainlyNotDone: true, retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : undefined},
  )
}

/**
 * What it means that the gateway ended the connection with a code after which no other one can succeed:
 * https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 */
export const gatewayRefused = (code: number): EssenceError => {
  if (code === GatewayCloseCodes.AuthenticationFailed) return tokenRejected()
  if (code === GatewayCloseCodes.DisallowedIntents) {
    return new EssenceError('CONFIG_INVALID', 'Discord does not let this bot read what people write (4014).', {
      suggestions: [
        'Open https://discord.com/developers/applications, your application, Bot, Privileged Gateway Intents, and switch on Message Content Intent.',
        'Then start the service again; an application in more than 100 servers needs the approval of Discord for it.',
      ],
    })
  }
  const suggestions = ['This version of Essence may be too old for Discord: look for a newer one.']
  return new EssenceError('REMOTE_REFUSED', `Discord's gateway ended the connection for good (${code}).`, {suggestions})
}

export const throwIfCancelled = (signal: AbortSignal | undefined, what: string): void => {
  if (signal?.aborted) throw new EssenceError('CANCELLED', `Cancelled: ${what}.`)
}
