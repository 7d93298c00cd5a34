/** The server that stands in for Discord, with faults. They happen on request, never by themselves. */
import {
  type Arrived,
  openStandIn,
  refusal,
  type StandInOptions,
  unauthorized,
} from '../../plugins/discord/src/stand-in/stand-in.ts'
import {Refusal, tokenOf} from '../../plugins/discord/src/stand-in/state.ts'

/** What goes wrong with a call. */
export type Fault =
  /** The connection breaks, before or after the call was carried out. */
  | {kind: 'broken'; carriedOut: boolean}
  /** No answer ever comes, and the connection stays. */
  | {kind: 'silent'; carriedOut: boolean}
  /** @param code Discord's own, as 50007 @param retryAfter in s */
  | {
      kind: 'refused'
      status: number
      code?: number
      message?: string
      retryAfter?: number
      global?: boolean
      /** Whose limit it is, where it is not global: https://discord.com/developers/docs/topics/rate-limits#header-format */
      scope?: 'user' | 'shared'
      carriedOut?: boolean
    }
  | {kind: 'held'; until: Promise<unknown>}
  | {kind: 'garbage'}

/** The bot of these tests. */
export const botId = '4711'

export const openDiscordPeer = async ({
  token = tokenOf(botId),
  ...options
}: Partial<Omit<StandInOptions, 'answer'>> = {}) => {
  const faults: {name: string; fault: Fault}[] = []
  let chaos: (name: string) => Fault | undefined = () => undefined
  let isRevoked = false

  const answer = async ({name, request, response, carryOut, send}: Arrived): Promise<void> => {
    if (isRevoked && name !== 'file') return send(refusal(unauthorized()))
    const at = faults.findIndex(entry => entry.name === name)
    const fault = at < 0 ? chaos(name) : faults.splice(at, 1)[0]?.fault
    if (fault?.kind === 'silent') return void (fault.carriedOut && (await carryOut()))
    if (fault?.kind === 'broken') {
      if (fault.carriedOut) await carryOut()
      return void request.socket.destroy()
    }
    if (fault?.kind === 'garbage') {
      return void response.writeHead(200, {'content-type': 'application/json'}).end('<html>Bad Gateway</html>')
    }
    if (fault?.kind === 'refused') {
      const {status, code = 0, message = 'refused', retryAfter, global, scope, carriedOut} = fault
      if (carriedOut) await carryOut()
      return send(refusal(new Refusal(status, code, message, retryAfter, global, scope)))
    }
    if (fault?.kind === 'held') await fault.until
    send(await carryOut())
  }

  return {
    ...(await openStandIn({token, ...options, answer})),
    /** The next `times` calls of a route go wrong; `file` is a download. */
    fault: (name: string, fault: Fault, times = 1): void => {
      for (let n = 0; n < times; n++) faults.push({name, fault})
    },
    /** What goes wrong with each call for which nothing else was said. */
    setChaos: (given: typeof chaos): void => {
      chaos = given
    },
    /** From now on the token is nobody's. */
    revokeToken: (): void => {
      isRevoked = true
    },
  }
}

export type DiscordPeer = Awaited<ReturnType<typeof openDiscordPeer>>
