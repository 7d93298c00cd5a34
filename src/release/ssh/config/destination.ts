import {EssenceError} from '../../../kit/errors.ts'

/** Where `--host` points: what was written, not yet what `~/.ssh/config` makes of it. */
export interface Destination {
  user?: string | undefined
  /** A name, an alias of `~/.ssh/config`, or an address, without brackets. */
  host: string
  port?: number | undefined
}

// No leading hyphen, so that neither can be taken for an option of the ssh program.
const userPattern = /^[^\s@:/'"`$\\;&<>|(){}-][^\s@:/'"`$\\;&<>|(){}]*$/
const hostPattern = /^[\p{L}\p{N}_.%][\p{L}\p{N}_.%-]*$/u
const addressPattern = /^[0-9a-f:]*:[0-9a-f:.]*(%[\w.-]+)?$/i

/**
 * Reads `[user@]host[:port]`; an IPv6 address with a port stands in brackets.
 * @throws USAGE
 */
export const parseDestination = (text: string): Destination => {
  const at = text.lastIndexOf('@')
  const user = at < 0 ? undefined : text.slice(0, at)
  const rest = text.slice(at + 1)
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(rest)
  const plain = /^([^:]*)(?::(\d+))?$/.exec(rest)
  const [, host = '', portText] = bracketed ?? plain ?? ['', rest]
  const port = portText === undefined ? undefined : Number(portText)
  if (
    (user !== undefined && !userPattern.test(user)) ||
    !(bracketed || !plain ? addressPattern.test(host) : hostPattern.test(host)) ||
    (port !== undefined && (port < 1 || port > 65_535))
  ) {
    throw new EssenceError('USAGE', `${JSON.stringify(text)} names no host; expected [user@]host[:port].`, {
      suggestions: ['As in --host june@web1, --host june@web1:2222 or --host june@[2001:db8::7]:2222.'],
    })
  }
  return {host, user, port}
}
