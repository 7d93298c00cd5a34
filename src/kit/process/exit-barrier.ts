// A thread that is ended from outside while ONNX Runtime computes in it takes the whole process along (SIGABRT: it throws where
// nothing can be thrown any more). The end of this process ends its threads, so it waits for what they are at.

/** What a thread and its owner share: whether it computes, and whether it is to begin anything more. */
export type ThreadPause = Int32Array<SharedArrayBuffer>

const computing = 0
const paused = 1

/** ms that the end of the process waits for a thread: a model that is being loaded takes longer. */
const patienceMs = 5000

const running = new Set<ThreadPause>()

export const newThreadPause = (): ThreadPause => new Int32Array(new SharedArrayBuffer(8))

/** From now on the end of this process waits for what the thread is at. */
export const pauseAtExit = (pause: ThreadPause): void => {
  if (running.size === 0) process.on('exit', pauseAll)
  running.add(pause)
}

/** The thread has ended. */
export const forgetPause = (pause: ThreadPause): void => {
  running.delete(pause)
  if (running.size === 0) process.off('exit', pauseAll)
}

const pauseAll = (): void => {
  for (const pause of running) Atomics.store(pause, paused, 1)
  const until = performance.now() + patienceMs
  for (const pause of running) Atomics.wait(pause, computing, 1, Math.max(0, until - performance.now()))
}

/** In the thread: whether its work is to end as soon as it can. */
export const isPaused = (pause: ThreadPause): boolean => Atomics.load(pause, paused) !== 0

/** In the thread: does the work, unless nothing is to begin any more. */
export const unlessPaused = async (pause: ThreadPause, work: () => Promise<void>): Promise<void> => {
  Atomics.store(pause, computing, 1)
  try {
    if (!isPaused(pause)) await work()
  } finally {
    Atomics.store(pause, computing, 0)
    Atomics.notify(pause, computing)
  }
}
