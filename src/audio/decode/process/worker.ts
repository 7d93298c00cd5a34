// Decodes what comes from outside, in a process of its own: what FFmpeg does with it can then be ended, whatever it is.
import {open} from 'node:fs/promises'
import {isEssenceError, messageOf} from '../../../kit/errors.ts'
import {Semaphore} from '../../../kit/flow/semaphore.ts'
import type {AudioInput} from '../input.ts'
import {decodeInput, probeInput} from './decode-input.ts'
import {decodeStream} from './decode-stream.ts'
import {type Job, piecesAhead, type Reply, type Request} from './messages.ts'

const tell = (reply: Reply): void => void process.send?.(reply)

/** Pieces that were told and not yet taken. */
const ahead = new Semaphore(piecesAhead)
const releases: (() => void)[] = []
let wanted: PromiseWithResolvers<Uint8Array> | undefined

/** Asks for the next bytes of the stream that is decoded. */
const want = (bytes: number): Promise<Uint8Array> => {
  wanted = Promise.withResolvers()
  tell({type: 'want', bytes})
  return wanted.promise
}

const opened = async ({path, name, size}: Extract<Job, {path: string}>): Promise<AudioInput> => {
  const file = await open(path, 'r')
  return {name, size, file, [Symbol.asyncDispose]: () => file.close()}
}

const piecesOf = async function* (job: Exclude<Job, {type: 'probe'}>): AsyncGenerator<Float32Array> {
  if (job.type === 'stream') return yield* decodeStream(want, job)
  yield* decodeInput(() => opened(job), job)
}

const work = async (job: Job): Promise<Reply> => {
  if (job.type === 'probe') {
    await using input = await opened(job)
    return {type: 'done', durationMs: await probeInput(input)}
  }
  try {
    for await (const pcm of piecesOf(job)) {
      releases.push(await ahead.acquire())
      tell({type: 'pcm', pcm})
    }
    return {type: 'done'}
  } finally {
    for (const release of releases.splice(0)) release()
  }
}

const failed = (error: unknown): Reply => {
  const {code, message, suggestions, cause} = isEssenceError(error)
    ? error
    : {code: 'ENGINE_FAILED' as const, message: messageOf(error), suggestions: [], cause: undefined}
  return {
    type: 'failed',
    failure: {code, message, suggestions, ...(cause === undefined ? {} : {cause: messageOf(cause)})},
  }
}

process.on('message', (request: Request) => {
  if (request.type === 'bytes') wanted?.resolve(request.bytes)
  else if (request.type === 'taken') {
    for (const release of releases.splice(0, request.pieces)) release()
  } else work(request).then(tell, error => tell(failed(error)))
})
// At once: an orderly end would wait for what FFmpeg is at.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
