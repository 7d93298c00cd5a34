import type {IncomingMessage} from 'node:http'
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'

export interface BodyPace {
  /** ms that a body may take whatever its size, and that a client may still send after its answer. */
  stallMs: number
  /** ms of the longest recording, which may come as it is spoken. */
  maxAudioMs: number
}

/** What a connection must carry beyond that; the slowest mobile networks do. */
const bytesPerMs = 16

/**
 * Ends requests whose body trickles, so that a client that sends a byte now and then holds neither a connection nor a turn: a body has
 * `stallMs`, a recording as long as one lasts beside that, and each 16 bytes that come win a millisecond. Time in which we do not read is
 * not the client's.
 */
export const addBodyPace = (http: FastifyInstance, {stallMs, maxAudioMs}: BodyPace): void => {
  http.addHook('onRequest', (request, reply, done) => {
    const {headers} = request
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
    // A connection that changed its protocol has no body.
    if (hasBody && !isUpgraded(request.raw)) watch(request, reply, stallMs + (isRecording(request) ? maxAudioMs : 0))
    done()
  })
  http.addHook('onResponse', ({raw}, _reply, done) => {
    if (!raw.complete && !isUpgraded(raw)) setTimeout(() => raw.complete || raw.destroy(), stallMs).unref()
    done()
  })
}

/** Node.js says so, its types do not. */
const isUpgraded = (raw: IncomingMessage): boolean => (raw as {upgrade?: boolean}).upgrade === true

/** Of the types that `POST /api/turn` takes. */
const isRecording = ({headers}: FastifyRequest): boolean =>
  /^(?:(?:audio|video)\/|application\/octet-stream)/.test(headers['content-type'] ?? '')

const watch = ({raw}: FastifyRequest, reply: FastifyReply, graceMs: number): void => {
  const {socket} = raw
  let since = performance.now()
  let before = socket.bytesRead
  const look = (): void => {
    if (raw.complete || raw.destroyed) return
    if (raw.readableLength > 0) {
      since = performance.now()
      before = socket.bytesRead
    }
    const leftMs = graceMs + (socket.bytesRead - before) / bytesPerMs - (performance.now() - since)
    if (leftMs > 0) {
      timer = setTimeout(look, Math.max(leftMs, 100)).unref()
    } else if (reply.sent) {
      // An answer in pieces: what reads the body sees it end.
      raw.destroy()
    } else {
      reply.header('connection', 'close').send(Object.assign(new Error(slow), {statusCode: 408}))
    }
  }
  let timer = setTimeout(look, graceMs).unref()
  raw.once('close', () => clearTimeout(timer))
}

const slow = 'The body of the request comes too slowly.'
