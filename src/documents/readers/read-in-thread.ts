import {extname} from 'node:path'
import {Worker} from 'node:worker_threads'
import {EssenceError, systemCodeOf, throwIfCancelled} from '../../kit/errors.ts'
import {unreadable} from './kind.ts'
import type {ReadDocument, ReadLimits} from './read.ts'
import type {ReaderAnswer, ReaderData} from './worker.ts'

export interface ThreadLimits extends ReadLimits {
  /** ms */
  maxMs: number
  /** MiB, beside the document itself. */
  maxMemoryMb: number
}

const defaults: ThreadLimits = {maxPages: 5000, maxCharacters: 20_000_000, maxMs: 120_000, maxMemoryMb: 1024}

/** ms between two looks at what the thread takes. */
const watchMs = 100

/**
 * Reads a document in a thread of its own, which ends with it: what is made to take all memory or time takes only its share.
 * @throws DOCUMENT_UNREADABLE, CANCELLED
 */
export const readInThread = async (
  name: string,
  bytes: Uint8Array,
  {signal, ...given}: Partial<ThreadLimits> & {signal?: AbortSignal | undefined} = {},
): Promise<ReadDocument> => {
  throwIfCancelled(signal)
  const {maxMs, maxMemoryMb, ...limits} = {...defaults, ...given}
  const data: ReaderData = {name, bytes, limits}
  const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), {
    execArgv: [],
    workerData: data,
    resourceLimits: {maxOldGenerationSizeMb: maxMemoryMb},
  })
  const {promise, resolve, reject} = Promise.withResolvers<ReaderAnswer>()
  const tooLarge = (): EssenceError => unreadable(name, `reading it takes more than ${maxMemoryMb} MiB of memory`)
  worker.once('message', resolve)
  worker.once('error', error =>
    reject(
      systemCodeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge() : unreadable(name, 'its reader failed', error),
    ),
  )
  worker.once('exit', () => reject(unreadable(name, 'its reader ended')))
  const timer = setTimeout(() => reject(unreadable(name, `reading it takes more than ${maxMs / 1000} s`)), maxMs)
  // Buffers, as of a stream that is unpacked, lie outside the heap that is limited above.
  const watch = setInterval(async () => {
    const used = await worker.getHeapStatistics().catch(() => undefined)
    if (used && used.used_heap_size + used.external_memory > (maxMemoryMb + bytes.length / 2 ** 20) * 2 ** 20)
      reject(tooLarge())
  }, watchMs)
  const cancel = (): void => reject(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal?.reason}))
  signal?.addEventListener('abort', cancel, {once: true})
  try {
    const answer = await promise
    if ('document' in answer) return answer.document
    throw new EssenceError('DOCUMENT_UNREADABLE', answer.refused, {
      suggestions: ['Text, Markdown, HTML, PDF and DOCX are read.'],
    })
  } finally {
    clearTimeout(timer)
    clearInterval(watch)
    signal?.removeEventListener('abort', cancel)
    await worker.terminate()
  }
}
