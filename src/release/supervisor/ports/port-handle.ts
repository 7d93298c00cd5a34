// The one place that reaches under the documented API of Node.js.
//
// A supervisor must bind a port without accepting on it: connections then wait in the kernel's queue for whichever release
// listens on the descriptor, also while none does. `net.Server` cannot: it accepts what it listens on. `node:cluster` has
// the same need for the handles its workers share, and makes them with `net._createServerHandle`, which is what is used here.
// (SO_REUSEPORT, the documented way for two processes on one port, gives each listener a queue of its own, and connections
// in the queue of the one that closes are lost.) test/release/supervisor/port-handle.real.test.ts holds what is relied upon.
import net, {isIPv6} from 'node:net'

interface Handle {
  /** The descriptor; −1 where the platform has none. */
  fd: number
  close(): void
  /** 0, or the negative errno of the bind, which libuv tells only when asked. */
  getsockname(out: {address?: string; family?: string; port?: number}): number
}

/** As in lib/internal/cluster/shared_handle.js: a handle, or a negative errno. */
const createServerHandle = (
  net as unknown as {
    _createServerHandle(
      address: string,
      port: number,
      addressType: 4 | 6,
      fd: undefined,
      flags: number,
    ): Handle | number
  }
)._createServerHandle

export interface BoundPort {
  /** For `stdio` of a child process. */
  fd: number
  port: number
  close(): void
}

/**
 * Binds a TCP port without listening.
 * @param address an IP address
 * @returns the bound port, or the negative errno
 */
export const bindPort = (address: string, port: number): BoundPort | number => {
  const handle = createServerHandle(address, port, isIPv6(address) ? 6 : 4, undefined, 0)
  if (typeof handle === 'number') return handle
  const name: {port?: number} = {}
  const failure = handle.getsockname(name)
  if (failure !== 0) {
    handle.close()
    return failure
  }
  return {fd: handle.fd, port: name.port ?? port, close: () => handle.close()}
}
