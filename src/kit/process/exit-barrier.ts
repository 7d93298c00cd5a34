// A thread that is ended from outside while ONNX Runtime computes in it takes the whole process along (SIGABRT: it throws where
// nothing can be thrown any more). The end of a process ends its threads, so it first waits until they compute nothing.

/** Shared by a thread and its owner: how much the thread computes, and whether it may begin anything more. */
export type ExitBarrier = Int32Array<SharedArrayBuffer>

const computing = 0
const exiting = 1

/** ms that the end of the process waits for a thread: loading a model can take longer. */
const exitTimeoutMs = 5000

const barriers = new Set<ExitBarrier>()

export const newExitBarrier = (): ExitBarrier => new Int32Array(new SharedArrayBuffer(8))

/** From now on the end of this process waits for what the thread computes. */
export const holdExit = (barrier: ExitBarrier): void => {
  if (barriers.size === 0) process.on('exit', waitForThreads)
  barriers.add(barrier)
}

/** The thread has ended. */
export const releaseExit = (barrier: ExitBarrier): void => {
  barriers.delete(barrier)
  if (barriers.size === 0) process.off('exit', waitForThreads)
}

const waitForThreads = (): void => {
  for (const barrier of barriers) Atomics.store(barrier, exiting, 1)
  const deadline = performance.now() + exitTimeoutMs
  for (const barrier of barriers) {
    const left = (): number => Atomics.load(barrier, computing)
    while (left() > 0 && performance.now() < deadline)
      Atomics.wait(barrier, computing, left(), Math.max(0, deadline - performance.now()))
  }
}

/** In the thread: whether the process is about to end, and its work with it. */
export const isExiting = (barrier: ExitBarrier): boolean => Atomics.load(barrier, exiting) !== 0

/** In the thread: does the work, unless the process is about to end. */
export const unlessExiting = async (barrier: ExitBarrier, work: () => Promise<void>): Promise<void> => {
  Atomics.add(barrier, computing, 1)
  try {
    if (!isExiting(barrier)) await work()
  } finally {
    Atomics.sub(barrier, computing, 1)
    Atomics.notify(barrier, computing)
  }
}
