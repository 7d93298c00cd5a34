import {extname} from 'node:path'
import {parentPort, type TransferListItem, Worker, workerData} from 'node:worker_threads'
import {type ErrorCode, EssenceError, isEssenceError, messageOf, throwIfCancelled} from '../errors.ts'
import {type ExitBarrier, holdExit, isExiting, newExitBarrier, releaseExit, unlessExiting} from './exit-barrier.ts'

/** The calls of a thread: name → input and output. All of it is copied, or moved where `transfer` says so. */
export type Calls = Record<string, {input: unknown; output: unknown; emits?: unknown}>

export interface CallOptions<Emitted> {
  /** Aborting rejects with CANCELLED at once, and lets the thread see it (`cancelled`). */
  signal?: AbortSignal | undefined
  /** Buffers that move instead of being copied. */
  transfer?: TransferListItem[] | undefined
  /** Called with what the thread emits while the call runs, in order. */
  onEmit?: ((value: Emitted) => void) | undefined
}

/** A worker thread that computes: one call after the other in the order they came, unless it serves them all at once. */
export interface Thread<C extends Calls> {
  /** @throws CANCELLED, ENGINE_FAILED (the thread ended), ENGINE_UNAVAILABLE (closed), and what the call throws */
  call<K extends keyof C & string>(
    name: K,
    input: C[K]['input'],
    options?: CallOptions<C[K]['emits']>,
  ): Promise<C[K]['output']>
  /**
   * Rejects waiting calls with ENGINE_UNAVAILABLE, and resolves when the thread has ended: after the call under way, which sees that it
   * is cancelled.
   */
  close(): Promise<void>
}

interface Request {
  id: number
  name: string
  input: unknown
  /** One shared number; other than 0 the caller has gone: a loop that computes hears no message. */
  cancelled: Int32Array<SharedArrayBuffer>
}

interface Failure {
  code: ErrorCode
  message: string
  suggestions: string[]
}

/** The last message to a thread. */
const endOfCalls = 'end'

/** A call that takes longer than this to notice that it is cancelled is ended by force, in ms. */
const closeTimeoutMs = 60_000

interface StartData {
  data: unknown
  barrier: ExitBarrier
}

type Answer = {id: number; emitted: unknown} | {id: number; output: unknown} | {id: number; failure: Failure}

export interface ThreadOptions {
  /** What errors call it: "The speech recogniser". */
  name: string
  /** Readable in the thread as `threadData()`. */
  data?: unknown | undefined
  /** Called once when the thread ends without having been closed. */
  onEnd?: ((error: EssenceError) => void) | undefined
}

/**
 * Starts a worker from a module that calls `serveThread`. Resolves at once; the first call waits for the module.
 * @param file the module without its extension, as a URL: from source it is `.ts`, from a build `.js`, as the caller's is
 * @param caller `import.meta.url` of the caller
 */
export const startThread = <C extends Calls>(
  file: string,
  caller: string,
  {name, data, onEnd}: ThreadOptions,
): Thread<C> => {
  // Not this process's flags: some of them (--input-type) keep a worker from starting.
  const start: StartData = {data, barrier: newExitBarrier()}
  const worker = new Worker(new URL(`${file}${extname(caller)}`, caller), {execArgv: [], workerData: start})
  holdExit(start.barrier)
  // A thread that has nothing to do keeps no process alive; one that computes does.
  worker.unref()
  const waiting = new Map<
    number,
    {
      resolve: (value: unknown) => void
      reject: (error: unknown) => void
      cancel: () => void
      onEmit: ((value: unknown) => void) | undefined
    }
  >()
  let ids = 0
  let gone: EssenceError | undefined

  const end = (error: EssenceError): void => {
    if (gone) return
    gone = error
    for (const {reject, cancel} of waiting.values()) {
      cancel()
      reject(error)
    }
    waiting.clear()
  }
  const crashed = (cause: unknown): void => {
    if (gone) return
    const error = new EssenceError('ENGINE_FAILED', `${name} stopped: ${messageOf(cause)}`, {cause})
    end(error)
    onEnd?.(error)
  }
  const settle = (id: number): void => {
    waiting.delete(id)
    if (waiting.size === 0) worker.unref()
  }
  const ended = new Promise<void>(resolve => {
    worker.on('error', crashed)
    worker.on('exit', () => {
      releaseExit(start.barrier)
      crashed(new Error('its thread ended'))
      resolve()
    })
  })
  // Terminated from outside it could take the process along, see exit-barrier.ts: it is asked to end itself.
  const close = async (): Promise<void> => {
    end(new EssenceError('ENGINE_UNAVAILABLE', `${name} has been closed.`))
    worker.ref()
    worker.postMessage(endOfCalls)
    const force = setTimeout(() => void worker.terminate(), closeTimeoutMs)
    await ended
    clearTimeout(force)
  }
  let closing: Promise<void> | undefined
  worker.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id)
    if (!call) return
    if ('emitted' in answer) return call.onEmit?.(answer.emitted)
    settle(answer.id)
    if ('failure' in answer) {
      const {code, message, suggestions} = answer.failure
      return call.reject(new EssenceError(code, message, {suggestions}))
    }
    call.resolve(answer.output)
  })

  return {
    async call(callName, input, {signal, transfer = [], onEmit} = {}) {
      throwIfCancelled(signal)
      if (gone) throw gone
      const id = ++ids
      const cancelled = new Int32Array(new SharedArrayBuffer(4))
      const {promise, resolve, reject} = Promise.withResolvers<unknown>()
      const cancel = (): void => void Atomics.store(cancelled, 0, 1)
      const onAbort = (): void => {
        cancel()
        settle(id)
        reject(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal?.reason}))
      }
      waiting.set(id, {resolve, reject, cancel, onEmit: onEmit as ((value: unknown) => void) | undefined})
      worker.ref()
      signal?.addEventListener('abort', onAbort, {once: true})
      try {
        worker.postMessage({id, name: callName, input, cancelled} satisfies Request, transfer)
        return (await promise) as never
      } finally {
        signal?.removeEventListener('abort', onAbort)
      }
    },
    close: () => (closing ??= close()),
  }
}

/** What a handler in the thread has besides its input. */
export interface CallContext<Emitted> {
  /** The caller has gone: stop at the next chance, what is returned is dropped. */
  cancelled(): boolean
  /** Sends the caller a value while the call goes on. */
  emit(value: Emitted, transfer?: TransferListItem[]): void
}

export type Handlers<C extends Calls> = {
  [K in keyof C]: (
    input: C[K]['input'],
    context: CallContext<C[K]['emits']>,
  ) => C[K]['output'] | Promise<C[K]['output']>
}

/** In the thread: the `data` it was started with. */
export const threadData = <T>(): T => (workerData as StartData).data as T

export interface ServeOptions {
  /** Calls do not wait for each other: for what computes elsewhere, and only waits here. Default false. */
  atOnce?: boolean | undefined
  /** Called last, when all calls have ended. */
  close?: (() => Promise<void>) | undefined
}

/** In the thread: answers calls, one after the other. What a handler throws rejects the call; the thread goes on. */
export const serveThread = <C extends Calls>(
  handlers: Handlers<C>,
  {atOnce = false, close = async () => {}}: ServeOptions = {},
): void => {
  const send = (answer: Answer, transfer: TransferListItem[] = []): void => parentPort?.postMessage(answer, transfer)
  const {barrier} = workerData as StartData
  const answer = async ({id, name, input, cancelled}: Request): Promise<void> => {
    const isCancelled = (): boolean => Atomics.load(cancelled, 0) !== 0 || isExiting(barrier)
    if (isCancelled()) return
    const handler = handlers[name] as Handlers<Calls>[string]
    try {
      const output = await handler(input, {
        cancelled: isCancelled,
        emit: (emitted, transfer) => send({id, emitted}, transfer),
      })
      send({id, output})
    } catch (error) {
      send({id, failure: failureOf(error)})
    }
  }
  // In a thread this ends the thread, not the process.
  const end = (): Promise<void> => close().finally(() => process.exit())
  let last: Promise<unknown> = Promise.resolve()
  parentPort?.on('message', (request: Request | typeof endOfCalls) => {
    const before = last
    const isEnd = request === endOfCalls
    const step = (): Promise<void> => unlessExiting(barrier, isEnd ? end : () => answer(request))
    last = atOnce && !isEnd ? Promise.all([before, step()]) : before.then(step)
  })
}

const failureOf = (error: unknown): Failure =>
  isEssenceError(error)
    ? {code: error.code, message: error.message, suggestions: error.suggestions}
    : {code: 'ENGINE_FAILED', message: messageOf(error), suggestions: []}
