// A TCP proxy whose connections can be cut, as a network does that fails.
import {once} from 'node:events'
import {type AddressInfo, connect, createServer, type Socket} from 'node:net'

export interface CutProxy {
  port: number
  /** Cuts every connection now. */
  cut(): void
  /** Lets nothing through any more and says nothing, as a cable that was pulled. */
  freeze(): void
  /** Cuts once so many bytes more have gone to the server. */
  cutAfter(bytes: number): void
  close(): Promise<void>
}

/** @param target port on loopback */
export const startCutProxy = async (target: number): Promise<CutProxy> => {
  const sockets = new Set<Socket>()
  let left = Number.POSITIVE_INFINITY
  const cut = (): void => {
    left = Number.POSITIVE_INFINITY
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer(near => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket)
          near.destroy()
          far.destroy()
        })
    }
    near.on('data', piece => {
      left -= piece.length
      if (left < 0) cut()
    })
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    freeze: () => {
      for (const socket of sockets) socket.unpipe().removeAllListeners('data').pause()
    },
    cutAfter: bytes => {
      left = bytes
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
