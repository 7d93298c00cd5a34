import type {ChildProcess} from 'node:child_process'
import {EssenceError, throwIfCancelled} from '../../../kit/errors.ts'
import {Channel} from '../../../kit/flow/channel.ts'
import {cpuMsOf} from '../../../kit/process/identity.ts'
import {decoders} from './decoders.ts'
import {type Job, piecesAhead, type Reply, type Request} from './messages.ts'

/**
 * A decoder may compute so long, in ms of CPU time, beyond as long as what it has decoded lasts. Sound is decoded some thousand times
 * faster than it is played; what is slower than that is made to keep a machine busy.
 */
const patienceMs = 10_000

/** It may wait for a core, or a disk, this many times as long: that a machine is busy is no fault of a sound. */
const waitingShare = 10

/** One that computes longer than this for a reply, in ms of CPU time beside the first of the clock, steps back behind all that is not decoding. */
const ordinaryMs = 300

export interface DecodeJobOptions {
  /** Aborting ends the decoder at once. */
  signal?: AbortSignal | undefined
  /** Where the bytes of a stream come from: at most so many, none at the end. */
  bytes?: ((maxBytes: number) => Promise<Uint8Array>) | undefined
  /** Default 10 s. */
  patienceMs?: number | undefined
}

/**
 * Has a job done by a decoder, in a place of its own unless one is given.
 * @returns what the last reply says
 * @throws what the decoder found wrong; AUDIO_UNREADABLE (it took too long, or did not survive), ENGINE_UNAVAILABLE, CANCELLED
 */
export async function* decodeInProcess(
  job: Job,
  options: DecodeJobOptions,
  place?: () => void,
): AsyncGenerator<Float32Array, Extract<Reply, {type: 'done'}>> {
  const release = place ?? (await decoders.files.acquire(options.signal))
  try {
    // One that was idle may have been ended from outside, and nobody has noticed: that it is gone says nothing of this sound.
    const decoder = decoders.takeIdle()
    try {
      if (decoder) return yield* work(decoder, job, options)
    } catch (error) {
      if (!(error instanceof NeverReplied)) throw error
    }
    return yield* work(decoders.takeNew(), job, options)
  } finally {
    release()
  }
}

async function* work(
  decoder: ChildProcess,
  job: Job,
  {signal, bytes = async () => new Uint8Array(), patienceMs: patience = patienceMs}: DecodeJobOptions,
): AsyncGenerator<Float32Array, Extract<Reply, {type: 'done'}>> {
  const replies = new Channel<Reply>(Number.POSITIVE_INFINITY)
  const onAbort = (): void => replies.fail(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal?.reason}))
  let hasReplied = false
  const onExit = (): void => replies.fail(hasReplied ? new DidNotSurvive(job.name) : new NeverReplied(job.name))
  const onError = (cause: unknown): void => replies.fail(cannotStart(cause))
  decoder.on('message', (reply: Reply) => void replies.push(reply))
  decoder.once('exit', onExit).once('error', onError)
  signal?.addEventListener('abort', onAbort, {once: true})
  const tell = (request: Request): void => {
    // One that ended meanwhile is told by its exit.
    if (decoder.connected) decoder.send(request, () => {})
  }
  let isOver = false
  let waitedMs = 0
  let decodedMs = 0
  const before = cpuMsOf(decoder.pid) ?? 0
  /** @param waitingMs since the last reply */
  const leftMs = (waitingMs: number): number => {
    const allowed = patience + decodedMs
    const waited = waitedMs + waitingMs
    const computed = cpuMsOf(decoder.pid)
    if (computed === undefined) return allowed - waited
    return Math.min(allowed - (computed - before), waitingShare * allowed - waited)
  }
  let taken = 0
  try {
    throwIfCancelled(signal)
    tell(job)
    const next = replies[Symbol.asyncIterator]()
    for (;;) {
      const began = performance.now()
      const reply = await soon(next, decoder, () => leftMs(performance.now() - began), job.name)
      waitedMs += performance.now() - began
      hasReplied = true
      if (reply.type === 'want') tell({type: 'bytes', bytes: await bytes(reply.bytes)})
      else if (reply.type === 'pcm') {
        if ('sampleRate' in job) decodedMs += (1000 * reply.pcm.length) / job.sampleRate
        if (++taken === piecesAhead / 2) {
          tell({type: 'taken', pieces: taken})
          taken = 0
        }
        yield reply.pcm
      } else {
        isOver = true
        if (reply.type === 'done') return reply
        const {code, message, suggestions, cause} = reply.failure
        throw new EssenceError(code, message, {suggestions, ...(cause ? {cause: new Error(cause)} : {})})
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    decoder.off('exit', onExit).off('error', onError)
    // In the middle of a job nobody knows what it is at.
    if (isOver) decoders.giveBack(decoder)
    else decoder.kill('SIGKILL')
  }
}

/** The next reply, from a decoder that has as many ms as it is told whenever it is asked. */
const soon = async (
  replies: AsyncIterator<Reply, undefined>,
  decoder: ChildProcess,
  leftMs: () => number,
  name: string,
): Promise<Reply> => {
  const late = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    const ms = leftMs()
    if (ms <= 0) late.reject(tooSlow(name))
    else timer = setTimeout(look, ms)
  }
  look()
  let before: number | undefined
  // By CPU time: that a machine is busy makes no sound a large one. Most replies come before it is ever asked.
  const stepBack = setInterval(() => {
    const computed = cpuMsOf(decoder.pid) ?? 0
    before ??= computed
    if (computed - before < ordinaryMs) return
    clearInterval(stepBack)
    decoders.lower(decoder)
  }, ordinaryMs)
  try {
    const {value} = await Promise.race([replies.next(), late.promise])
    // It ends by a reply that says so, or by failing.
    if (!value) throw new DidNotSurvive(name)
    return value
  } finally {
    clearTimeout(timer)
    clearInterval(stepBack)
  }
}

const tooSlow = (name: string): EssenceError =>
  new EssenceError('AUDIO_UNREADABLE', `${name} takes longer to decode than it lasts: it is no usable audio.`, {
    suggestions: ['Save it anew, without pictures and tags, and try again.'],
  })

class DidNotSurvive extends EssenceError {
  constructor(name: string) {
    super('AUDIO_UNREADABLE', `${name} is damaged in a way that the decoder did not survive.`, {
      suggestions: ['Save it anew, and try again.'],
    })
  }
}

/** It ended before it said anything. */
class NeverReplied extends DidNotSurvive {}

const cannotStart = (cause: unknown): EssenceError =>
  new EssenceError('ENGINE_UNAVAILABLE', 'The decoder cannot be started.', {cause})
