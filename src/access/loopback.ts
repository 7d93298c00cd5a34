import {isIPv4} from 'node:net'

/** Whether a host name or IP address is one of this machine that no other machine can reach. */
export const isLoopback = (host: string): boolean => {
  const address = host.replace(/^::ffff:(?=\d+\.)/i, '')
  return address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'))
}

/** Any port: through `ssh -L 9000:localhost:8000` the browser rightly says localhost:9000. */
const loopbackHostHeader = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Whether a request's `Host` header names this machine. A page in a browser can reach a loopback port under a name of its
 * own (DNS rebinding); this header gives it away.
 */
export const namesLoopback = (header: string | undefined): boolean => loopbackHostHeader.test(header ?? '')
