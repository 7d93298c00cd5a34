/** The Bot API server that stands in for Telegram, with faults. They happen on request, never by themselves. */
import {Refusal} from '../../plugins/telegram/src/stand-in/refusal.ts'
import {type Arrived, openStandIn, type StandInOptions} from '../../plugins/telegram/src/stand-in/stand-in.ts'
import {refusal} from '../../plugins/telegram/src/stand-in/wire.ts'

/** What goes wrong with a call. */
export type Fault =
  /** The connection breaks, before or after the call was carried out. */
  | {kind: 'broken'; carriedOut: boolean}
  /** No answer ever comes, and the connection stays. */
  | {kind: 'silent'; carriedOut: boolean}
  | {kind: 'refused'; status: number; description: string; retryAfter?: number}
  | {kind: 'held'; until: Promise<unknown>}
  | {kind: 'garbage'}

export const openBotApiPeer = async ({
  token = '4711:AAexampleTokenForTests-not-a-real_one',
  now,
  authority,
}: Partial<Pick<StandInOptions, 'token' | 'now' | 'authority'>> = {}) => {
  const faults: {method: string; fault: Fault}[] = []
  let chaos: (method: string) => Fault | undefined = () => undefined

  const answer = async ({name, request, response, carryOut, send}: Arrived): Promise<void> => {
    const at = faults.findIndex(entry => entry.method === name)
    const fault = at < 0 ? chaos(name) : faults.splice(at, 1)[0]?.fault
    if (fault?.kind === 'silent') return void (fault.carriedOut && (await carryOut()))
    if (fault?.kind === 'broken') {
      if (fault.carriedOut) await carryOut()
      return void request.socket.destroy()
    }
    if (fault?.kind === 'garbage') return void response.writeHead(200).end('<html>Bad Gateway</html>')
    if (fault?.kind === 'refused') {
      return send(refusal(new Refusal(fault.status, fault.description, fault.retryAfter)))
    }
    if (fault?.kind === 'held') await fault.until
    send(await carryOut())
  }

  return {
    ...(await openStandIn({token, now, answer, authority})),
    /** The next `times` calls of a method go wrong; `file` is a download. */
    fault: (method: string, fault: Fault, times = 1): void => {
      for (let n = 0; n < times; n++) faults.push({method, fault})
    },
    /** What goes wrong with each call for which nothing else was said. */
    setChaos: (given: typeof chaos): void => {
      chaos = given
    },
  }
}

export type BotApiPeer = Awaited<ReturnType<typeof openBotApiPeer>>
