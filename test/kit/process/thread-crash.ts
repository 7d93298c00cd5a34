import {Worker} from 'node:worker_threads'
import {vi} from 'vitest'

const original = Worker.prototype.postMessage

/** Runs `work`, and ends the first thread that is asked for `call` before it can answer. */
export const crashingDuring = async <T>(call: string, work: () => Promise<T>): Promise<T> => {
  let crashed = false
  const post = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...message) {
    if (crashed || (message[0] as {name?: string}).name !== call) return original.apply(this, message)
    crashed = true
    void this.terminate()
  })
  try {
    return await work()
  } finally {
    post.mockRestore()
  }
}
