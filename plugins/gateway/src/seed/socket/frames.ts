import {Channel} from '@essence/core/kit/flow/channel'
import type {WebSocket} from '@fastify/websocket'
import {z} from 'zod'
import {audioMessage, optionsFields, soundLabel, speechMessage, textMessage} from '../client-message.ts'

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

/** What a client says in a frame of text. */
export const clientFrame = z.discriminatedUnion('type', [
  textMessage,
  audioMessage,
  speechMessage,
  z.object({type: z.literal('audio_start'), ...soundLabel, ...optionsFields}),
  z.object({type: z.literal('audio_chunk'), audio_data: z.string().nullish(), audio_b64: z.string().nullish()}),
  z.object({type: z.literal('audio_end')}),
  z.object({type: z.literal('auth'), token: z.string().min(1).max(4096)}),
  z.object({type: z.literal('cancel')}),
  z.object({type: z.literal('ping')}),
])
export type ClientFrame = z.infer<typeof clientFrame>
