import {EssenceError} from '../kit/errors.ts'

/**
 * The messages of a client; one that sends nothing for too long, and does not end its stream either, is dropped. Only the
 * waiting counts: while no message is asked for, the client is not late.
 * @throws TIMED_OUT
 */
export async function* withIdleLimit<T>(requests: AsyncIterable<T>, idleMs: number): AsyncGenerator<T> {
  const source = requests[Symbol.asyncIterator]()
  for (;;) {
    const {done, value} = await nextWithin(source, idleMs)
    if (done) return
    yield value
  }
}

const nextWithin = <T>(source: AsyncIterator<T>, idleMs: number): Promise<IteratorResult<T>> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new EssenceError('TIMED_OUT', `Nothing came for ${idleMs / 1000} s, and the stream was not ended.`, {
          suggestions: ['End the stream when all is sent (half-close), or send silence to keep it open.'],
        }),
      )
    }, idleMs)
    source
      .next()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
