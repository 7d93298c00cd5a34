import {type ErrorCode, isEssenceError, messageOf} from '../../kit/errors.ts'
import {Semaphore} from '../../kit/flow/semaphore.ts'
import type {DownloadEvent} from './download-event.ts'

export interface DownloadFailure {
  id: string
  error: unknown
}

/** What came of several models, each in the order in which they were asked for. */
export interface Outcomes<T> {
  done: T[]
  failed: DownloadFailure[]
  /** Ids of those that were cancelled, or not finished because another one failed in a way they would have met as well. */
  stopped: string[]
}

export interface EachModelOptions {
  /** Models under way at once. */
  limit: number
  onEvent?: ((event: DownloadEvent) => void) | undefined
  signal?: AbortSignal | undefined
}

const meetEveryModel = new Set<ErrorCode>(['DISK_FULL', 'OUTPUT_UNWRITABLE', 'TOKEN_REJECTED'])

/** Whether the next model would meet the same error. */
export const meetsEveryModel = (error: unknown): boolean => isEssenceError(error) && meetEveryModel.has(error.code)

/** Does something for each model. One that fails does not stop the others, unless they would meet the same. */
export const eachModel = async <M, T>(
  models: readonly M[],
  idOf: (model: M) => string,
  work: (model: M, signal: AbortSignal) => Promise<T>,
  {limit, onEvent, signal}: EachModelOptions,
): Promise<Outcomes<T>> => {
  const stop = new AbortController()
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const slots = new Semaphore(limit)
  const one = async (model: M): Promise<Outcomes<T>> => {
    const none = {done: [], failed: [], stopped: []}
    const id = idOf(model)
    try {
      return {...none, done: [await slots.run(() => work(model, both), both)]}
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') {
        onEvent?.({event: 'model-stopped', model: id})
        return {...none, stopped: [id]}
      }
      if (meetsEveryModel(error)) stop.abort()
      onEvent?.({
        ...{event: 'model-failed', model: id, message: messageOf(error)},
        code: isEssenceError(error) ? error.code : 'BUG',
      })
      return {...none, failed: [{id, error}]}
    }
  }
  const outcomes = await Promise.all(models.map(one))
  return {
    done: outcomes.flatMap(({done}) => done),
    failed: outcomes.flatMap(({failed}) => failed),
    stopped: outcomes.flatMap(({stopped}) => stopped),
  }
}
