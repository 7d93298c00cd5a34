import type {DownloadEvent} from './download-event.ts'

/** Bytes of one file or of all, and how fast they come. */
export interface Progress {
  received: number
  size: number
  /** Bytes a second over the last seconds; 0 while nothing came yet. */
  rate: number
  /** Seconds left at that rate; `undefined` while it is 0. */
  secondsLeft: number | undefined
}

export interface FileProgress extends Progress {
  model: string
  path: string
  state: 'waiting' | 'fetching' | 'checking' | 'done'
}

/** Follows a download by its events. What was here from the start counts as received, but not into the rate. */
export interface ProgressMeter {
  update(event: DownloadEvent): void
  files(): FileProgress[]
  total(): Progress
}

interface Tracked {
  model: string
  path: string
  size: number
  received: number
  state: FileProgress['state']
  samples: Sample[]
}

interface Sample {
  at: number
  received: number
}

/** Rates are taken over this stretch, ms: long enough to be calm, short enough to notice a change. */
const windowMs = 5000

const addSample = (samples: Sample[], at: number, received: number): void => {
  const last = samples.at(-1)
  // Begun anew: the rate from before says nothing.
  if (last && received < last.received) samples.length = 0
  samples.push({at, received})
  while (samples.length > 2 && at - (samples[1]?.at ?? at) > windowMs) samples.shift()
}

const rateOf = (samples: readonly Sample[], now: number): number => {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.received <= first.received) return 0
  return ((last.received - first.received) / Math.max(1, now - first.at)) * 1000
}

/** @param now ms of a clock that only goes forward */
export const openMeter = (now: () => number = () => performance.now()): ProgressMeter => {
  const files = new Map<string, Tracked>()
  const samples: Sample[] = []
  let bytes = 0
  let rated = 0

  const progressOf = (received: number, size: number, taken: readonly Sample[]): Progress => {
    const rate = rateOf(taken, now())
    return {received, size, rate, secondsLeft: rate > 0 ? (size - received) / rate : undefined}
  }

  return {
    update: event => {
      if (event.event === 'start') bytes = event.bytes
      if (!('path' in event)) return
      const key = `${event.model}\0${event.path}`
      if (event.event === 'file') {
        const state = event.state === 'fetch' ? 'waiting' : 'checking'
        files.set(key, {model: event.model, path: event.path, size: event.size, received: 0, state, samples: []})
        return
      }
      const file = files.get(key)
      if (!file) return
      if (event.event === 'progress') {
        if (file.state === 'fetching') rated += Math.max(0, event.received - file.received)
        file.received = event.received
        file.state = 'fetching'
        addSample(file.samples, now(), event.received)
        addSample(samples, now(), rated)
      } else if (event.event === 'file-done') {
        file.received = file.size
        file.state = 'done'
      } else file.state = 'waiting'
    },
    files: () =>
      [...files.values()].map(({model, path, state, size, received, samples: own}) => ({
        model,
        path,
        state,
        ...progressOf(received, size, own),
      })),
    total: () => {
      const received = [...files.values()].reduce((sum, file) => sum + file.received, 0)
      return progressOf(received, bytes, samples)
    },
  }
}
