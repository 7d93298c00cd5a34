import {Channel} from '@essence/core/kit/flow/channel'
import type {WebSocket} from '@fastify/websocket'

export type Frame = {kind: 'text' | 'binary' | 'ping'; bytes: Buffer}

/** Frames of a connection, one after the other: nothing more is read from it while one is dealt with. To be called at once. */
export const framesOf = (socket: WebSocket): AsyncIterable<Frame> => {
  // Bounded by what one read of the connection brings: it pauses with the first frame of it.
  const frames = new Channel<Frame>(Number.POSITIVE_INFINITY)
  const take = (kind: Frame['kind'], bytes: Buffer): void => {
    socket.pause()
    void frames.push({kind, bytes})
  }
  socket.on('message', (data, isBinary) => take(isBinary ? 'binary' : 'text', data as Buffer))
  socket.on('ping', data => take('ping', data))
  socket.on('close', () => frames.end())
  return (async function* () {
    for await (const frame of frames) {
      yield frame
      if (frames.empty) socket.resume()
    }
  })()
}
