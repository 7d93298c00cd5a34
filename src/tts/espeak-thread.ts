import {extname} from 'node:path'
import {Worker} from 'node:worker_threads'
import {EssenceError, messageOf} from '../kit/errors.ts'
import type {EspeakVoiceFile} from './espeak-voices.ts'

/** One piece of text for the worker. */
export interface EspeakJob {
  id: number
  ssml: string
  /** A voice file and variant: `gmw/en-US+f3`. */
  voice: string
  wordsPerMinute: number
  pitch: number
  range: number
  volume: number
  /** One shared number; other than 0, the worker stops the job: its loop is synchronous and hears no message. */
  cancelled: Int32Array<SharedArrayBuffer>
}

/** What the worker says. */
export type EspeakReport =
  | {type: 'ready'; sampleRate: number; voices: EspeakVoiceFile[]; variants: string[]}
  | {type: 'audio'; id: number; pcm: Float32Array<ArrayBuffer>}
  | {type: 'end'; id: number}

export type EspeakCatalogue = Extract<EspeakReport, {type: 'ready'}>

export interface EspeakThread {
  readonly catalogue: EspeakCatalogue
  /** Queues a job; cancelling the stream stops it. The stream fails with ENGINE_FAILED when the thread ends. */
  speak(job: Omit<EspeakJob, 'id' | 'cancelled'>): ReadableStream<Float32Array>
  close(): Promise<void>
}

/**
 * Starts the worker and waits until espeak-ng is loaded.
 * @param onEnd called once when the thread ends, whatever the reason, before anything that waits for it fails
 * @throws ENGINE_UNAVAILABLE when it cannot be loaded
 */
export const startEspeakThread = async (onEnd: () => void): Promise<EspeakThread> => {
  // From source this is `.ts`, from a build `.js`: the worker beside it has the same.
  const file = new URL(`./espeak-worker${extname(import.meta.url)}`, import.meta.url)
  // Not this process's flags: some of them (--input-type) keep a worker from starting.
  const worker = new Worker(file, {execArgv: []})
  const streams = new Map<number, ReadableStreamDefaultController<Float32Array>>()
  let jobs = 0
  let failure: EssenceError | undefined

  const ready = Promise.withResolvers<EspeakCatalogue>()
  const end = (cause: unknown): void => {
    if (failure) return
    failure = new EssenceError('ENGINE_FAILED', `espeak-ng stopped: ${messageOf(cause)}`, {
      cause,
      suggestions: ['Try again: the next call starts it anew.'],
    })
    onEnd()
    ready.reject(unavailable(cause))
    for (const stream of streams.values()) stream.error(failure)
    streams.clear()
  }
  worker.on('message', (report: EspeakReport) => {
    if (report.type === 'ready') return ready.resolve(report)
    const stream = streams.get(report.id)
    if (report.type === 'audio') return stream?.enqueue(report.pcm)
    streams.delete(report.id)
    stream?.close()
  })
  worker.on('error', end)
  worker.on('exit', () => end(new Error('its thread ended')))

  return {
    catalogue: await ready.promise,
    speak(job) {
      const id = ++jobs
      const cancelled = new Int32Array(new SharedArrayBuffer(4))
      return new ReadableStream<Float32Array>({
        start(stream) {
          if (failure) return stream.error(failure)
          streams.set(id, stream)
          worker.postMessage({...job, id, cancelled} satisfies EspeakJob)
        },
        cancel() {
          streams.delete(id)
          Atomics.store(cancelled, 0, 1)
        },
      })
    },
    async close() {
      await worker.terminate()
    },
  }
}

const unavailable = (cause: unknown): EssenceError =>
  new EssenceError('ENGINE_UNAVAILABLE', `espeak-ng could not be loaded: ${messageOf(cause)}`, {
    cause,
    suggestions: ['Install what is missing: npm install @echogarden/espeak-ng-emscripten'],
  })
