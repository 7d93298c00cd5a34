import {randomUUID} from 'node:crypto'
import {turnFailure} from '@essence/core/channel/recorded-turn'
import {busyError, EssenceError} from '@essence/core/kit/errors'
import {type LinkedAbort, linkedAbort} from '@essence/core/kit/flow/linked-abort'
import {Semaphore} from '@essence/core/kit/flow/semaphore'
import {requestFailure} from '@essence/core/service/http'
import type {WebSocket} from '@fastify/websocket'
import type {FastifyRequest} from 'fastify'
import type {GatewayContext} from '../../door/context.ts'
import {limited} from '../../door/limits.ts'
import {type Frame, framesOf} from '../../door/socket/frames.ts'
import {closeCodes, openOutbox} from '../../door/socket/outbox.ts'
import {answer} from '../answer.ts'
import type {AudioBudget, HeldAudio} from '../audio-budget.ts'
import {type Asked, readMessage} from '../client-message.ts'
import {stamped} from '../server-message.ts'
import {openAuthentication} from './authentication.ts'
import type {ClientFrame} from './frames.ts'
import {readFrame} from './read-frame.ts'
import {openRecording, type Recording} from './recording.ts'

/** Messages of one connection that wait for the one before. */
const maxQueued = 4

export interface SessionOptions {
  userId: string
  context: GatewayContext
  budget: AudioBudget
}

/** Serves one WebSocket: answers what it is asked, one message after the other. Never rejects. */
export const serveSocket = async (
  socket: WebSocket,
  request: FastifyRequest,
  options: SessionOptions,
): Promise<void> => {
  const {userId, context, budget} = options
  const {maxAudioBytes, stallMs, sockets} = context
  const connection = request.raw.socket
  const frames = framesOf(socket)
  const {send, pong} = openOutbox(socket, connection, stallMs)
  const gone = new AbortController()
  const line = new Semaphore(1)
  const conversation = randomUUID()
  const who = openAuthentication({
    ...{request, connection, userId, access: context.access},
    assertRoom: proven => sockets.assertRoom(proven),
    onRefuse: () => socket.close(closeCodes.unauthenticated, 'Nobody said who this is.'),
  })
  let running: LinkedAbort | undefined
  let recording: Recording | undefined

  sockets.add({socket, caller: who.caller, idle: deadline => line.idle(deadline)})
  socket.once('close', () => {
    gone.abort(new EssenceError('CANCELLED', 'The client went away.'))
    recording?.drop()
  })

  const tell = async (error: unknown): Promise<void> => {
    const {code, message, suggestions} = requestFailure(error, request, context.record.log)
    await send(stamped({type: 'error', code, message, suggestions}))
  }

  const run = async (asked: Asked, held: HeldAudio | undefined): Promise<void> => {
    const own = linkedAbort(gone.signal)
    const {signal} = own
    const release = await line.acquire(gone.signal).catch(() => undefined)
    running = own
    try {
      const caller = who.caller()
      if (!release || !caller) return
      for await (const message of answer(
        {...asked, conversation: asked.conversation ?? conversation},
        {caller, signal, context},
      ))
        await send(message)
    } catch (error) {
      if (signal.aborted && !gone.signal.aborted) await send(stamped({type: 'status', status: 'cancelled'}))
      else await tell(turnFailure(error, signal))
    } finally {
      own.unlink()
      held?.drop()
      if (running === own) running = undefined
      release?.()
    }
  }

  /** Checks what may be asked, and has it answered when what was asked before is. */
  const ask = async (asked: Asked, held?: HeldAudio): Promise<void> => {
    try {
      await who.current()
      const verdict = context.count(request, asked.type === 'tts_request' ? 'tts' : 'chat')
      if (verdict && !verdict.ok) throw limited(verdict.retryAfterMs)
      if (sockets.isDraining) throw new EssenceError('ENGINE_BUSY', 'June is about to stop.')
      if (line.waiting >= maxQueued) throw busyError('This connection', maxQueued + 1)
    } catch (error) {
      held?.drop()
      throw error
    }
    void run(asked, held)
  }

  const hear = async (frame: ClientFrame): Promise<void> => {
    switch (frame.type) {
      case 'ping':
        return send(stamped({type: 'pong'}))
      case 'auth':
        await who.prove(frame.token)
        return send(stamped({type: 'status', status: 'authenticated', user_id: userId}))
      case 'cancel':
        if (!running) return send(stamped({type: 'status', status: 'idle'}))
        return running.abort(new EssenceError('CANCELLED', 'The client cancelled it.'))
      case 'audio_start':
        await who.current()
        recording?.drop()
        recording = openRecording(frame, {budget, maxBytes: maxAudioBytes, stallMs, onStall: error => void tell(error)})
        return
      case 'audio_chunk':
        return hearPart(Buffer.from(frame.audio_data ?? frame.audio_b64 ?? '', 'base64'))
      case 'audio_end': {
        const ended = expected(recording).end()
        recording = undefined
        return ended && ask(ended.asked, ended.held)
      }
      case 'audio': {
        const asked = readMessage(frame)
        const held = budget.hold(maxAudioBytes)
        if (asked.type === 'audio') held.push(asked.audio)
        return ask(asked, held)
      }
      default:
        return ask(readMessage(frame))
    }
  }
  const hearPart = (part: Buffer): void => expected(recording).push(part)

  const deal = (frame: Frame): void | Promise<void> => {
    if (frame.kind === 'ping') return pong(frame.bytes)
    return frame.kind === 'binary' ? hearPart(frame.bytes) : hear(readFrame(frame.bytes))
  }

  for await (const frame of frames) {
    try {
      if (!gone.signal.aborted) await deal(frame)
    } catch (error) {
      await tell(error)
      // Where nobody is known, or not any more, nothing can follow.
      const refused = who.refused()
      if (refused !== undefined) socket.close(refused, 'Not let in.')
    }
  }
}

/** @throws USAGE */
const expected = (recording: Recording | undefined): Recording => {
  if (recording) return recording
  throw new EssenceError('USAGE', 'No recording is under way.', {suggestions: ['Begin one: {"type": "audio_start"}.']})
}
