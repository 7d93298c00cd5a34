import {lookup} from 'node:dns/promises'
import {getSystemErrorName} from 'node:util'
import {EssenceError} from '../../../kit/errors.ts'
import {listenError} from '../../../kit/listen-error.ts'
import {type BoundPort, bindPort} from './port-handle.ts'

/** A port that a release listens on. */
export interface PortWish {
  /** The variable that sets it, by which the service knows it: `GATEWAY_PORT`. */
  name: string
  host: string
  port: number
}

interface HeldPort extends PortWish {
  /** One for each address of the host: `localhost` has two. */
  bound: BoundPort[]
}

const isSame = (one: PortWish, other: PortWish): boolean => one.host === other.host && one.port === other.port

/** The listening ports of a service, held through every change of its processes. */
export class HeldPorts {
  #held: HeldPort[] = []

  /**
   * Binds those that are not held yet; those held for others stay held until `keep`.
   * @throws PORT_IN_USE, CONFIG_INVALID: none of those asked for is held that was not before
   */
  async take(wishes: readonly PortWish[]): Promise<void> {
    const taken: HeldPort[] = []
    try {
      for (const wish of wishes) {
        if (this.#held.some(held => isSame(held, wish))) continue
        const own = this.#held.some(({port}) => port === wish.port)
        taken.push({...wish, bound: await bind(wish, own)})
      }
    } catch (error) {
      for (const {bound} of taken) for (const port of bound) port.close()
      throw error
    }
    this.#held.push(...taken)
  }

  /** What a process gets, in the order of its descriptors from 3 on. */
  handOver(wishes: readonly PortWish[]): {name: string; fd: number}[] {
    return wishes.flatMap(wish => {
      const held = this.#held.find(candidate => isSame(candidate, wish))
      return (held?.bound ?? []).map(({fd}) => ({name: wish.name, fd}))
    })
  }

  /** Closes all others: their clients are refused from now on. */
  keep(wishes: readonly PortWish[]): void {
    const [kept, others] = [this.#held.filter(held => wishes.some(wish => isSame(wish, held))), [...this.#held]]
    this.#held = kept
    for (const held of others) if (!kept.includes(held)) for (const port of held.bound) port.close()
  }
}

/** @param own the port is held already, for a service under another host */
const bind = async (wish: PortWish, own: boolean): Promise<BoundPort[]> => {
  const {host, port} = wish
  const found = await lookup(host, {all: true, order: 'ipv4first'}).catch(cause => {
    throw cannotBind(wish, 'its host has no address', cause)
  })
  const addresses = [...new Set(found.map(({address}) => address))]
  const bound: BoundPort[] = []
  for (const address of addresses) {
    const result = bindPort(address, port)
    if (typeof result !== 'number') {
      bound.push(result)
      continue
    }
    const code = getSystemErrorName(result)
    // A name may have an address that this machine does not: ::1 where IPv6 is off.
    if (code === 'EADDRNOTAVAIL' && addresses.length > 1) continue
    for (const one of bound) one.close()
    if (code === 'EADDRINUSE' && own) throw heldAlready(wish)
    throw cannotBind(wish, code)
  }
  if (bound.length === 0) throw cannotBind(wish, 'EADDRNOTAVAIL')
  return bound
}

const heldAlready = ({host, port}: PortWish): EssenceError =>
  new EssenceError(
    'PORT_IN_USE',
    `Port ${port} on ${host} is taken by this very service, which serves there under another host.`,
    {
      suggestions: ['A host changes while nothing runs: essence stop SERVICE, then essence start SERVICE'],
    },
  )

const cannotBind = ({name, host, port}: PortWish, why: string, cause?: unknown): EssenceError =>
  listenError(new Error(why, {cause}), {host, port, variable: name})
