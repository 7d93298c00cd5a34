import {Worker} from 'node:worker_threads'
import {vi} from 'vitest'

const original = Worker.prototype.postMessage

/** Runs `work`, and ends the thread that got its message number `n` before it can answer. */
export const crashingAtMessage = async (n: number, work: () => Promise<unknown>): Promise<void> => {
  let messages = 0
  const post = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...message) {
    messages++
    if (messages === n) return void this.terminate()
    return original.apply(this, message)
  })
  try {
    await work()
  } finally {
    post.mockRestore()
  }
}
