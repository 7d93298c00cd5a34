import {once} from 'node:events'
import {connect} from 'node:net'

/** A request, ready to be written. */
export const requestBytes = (
  {method, path, body, token}: {method: string; path: string; body?: object | undefined; token?: string | undefined},
  host: string,
): Buffer => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    ...(body === undefined ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(text)}`]),
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`)
}

/**
 * A connection that is kept: much cheaper than a client of HTTP, as both share the machine. Its answers must have a Content-Length.
 * `ask` resolves to the status.
 */
export const openConnection = async (address: string) => {
  const {hostname, port} = new URL(address)
  const socket = connect({host: hostname, port: Number(port), noDelay: true})
  await once(socket, 'connect')
  let answered: ((status: number) => void) | undefined
  let rest = Buffer.alloc(0)
  socket.on('data', data => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data])
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = rest.toString('latin1', 0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
    if (rest.length < end + 4 + length) return
    rest = rest.subarray(end + 4 + length)
    answered?.(Number(head.slice(9, 12)))
  })
  return {
    ask: (request: Buffer): Promise<number> =>
      new Promise(resolve => {
        answered = resolve
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}
