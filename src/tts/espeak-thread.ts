import {EssenceError} from '../kit/errors.ts'
import {startThread, type Thread} from '../kit/thread.ts'
import type {EspeakCalls} from './espeak-calls.ts'
import type {EspeakVoiceSet} from './espeak-voices.ts'

/** The thread of espeak-ng. One that ended (what throws inside may have left its memory in any state) is replaced. */
export interface EspeakThread extends Thread<EspeakCalls> {
  readonly catalogue: EspeakVoiceSet
}

/**
 * Starts the thread and waits until espeak-ng is loaded.
 * @throws ENGINE_UNAVAILABLE when it cannot be loaded, CANCELLED
 */
export const startEspeakThread = async (signal?: AbortSignal): Promise<EspeakThread> => {
  let closed = false
  let current: Thread<EspeakCalls> | undefined
  const running = (): Thread<EspeakCalls> => {
    if (closed) throw new EssenceError('ENGINE_UNAVAILABLE', 'espeak-ng has been closed.')
    current ??= startThread<EspeakCalls>('./espeak-worker', import.meta.url, {
      name: 'espeak-ng',
      onEnd: () => {
        current = undefined
      },
    })
    return current
  }
  const close = async (): Promise<void> => {
    closed = true
    await current?.close()
  }
  try {
    const catalogue = await running().call('catalogue', undefined, signal ? {signal} : {})
    return {
      catalogue,
      call: async (...call) => running().call(...call),
      close,
    }
  } catch (error) {
    await close()
    throw unavailable(error)
  }
}

const unavailable = (error: unknown): unknown =>
  error instanceof EssenceError && error.code === 'CANCELLED'
    ? error
    : new EssenceError('ENGINE_UNAVAILABLE', error instanceof Error ? error.message : String(error), {
        cause: error,
        suggestions: ['Install what is missing: npm install @echogarden/espeak-ng-emscripten'],
      })
