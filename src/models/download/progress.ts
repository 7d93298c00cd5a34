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
  state: 'waiting' | 'fetching' | 'paused' | 'checking' | 'done' | 'stopped' | 'failed'
  /** Why it waits, pauses or failed. */
  reason: string
  /** What is left of a pause. */
  pauseMs: number
}

/** Follows a download by its events. What was here from the start counts as received, but not into the rate. */
export interface ProgressMeter {
  update(event: DownloadEvent): void
  /** A file by its `fileKey`. */
  file(key: string): FileProgress | undefined
  /** All files of a model. */
  model(id: string): Progress
  total(): Progress
  /** Whether something ended before it was whole, because it was cancelled or another model failed. */
  readonly stopped: boolean
}

export const fileKey = ({model, path}: {model: string; path: string}): string => `${model}\0${path}`

interface Tracked extends Pick<FileProgress, 'model' | 'path' | 'size' | 'received' | 'state' | 'reason'> {
  /** When a pause is over. */
  until: number
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
  let stopped = false

  const progressOf = (received: number, size: number, taken: readonly Sample[]): Progress => {
    const rate = rateOf(taken, now())
    return {received, size, rate, secondsLeft: rate > 0 ? (size - received) / rate : undefined}
  }

  const sumOf = (some: Tracked[]): {received: number; size: number} => ({
    received: some.reduce((sum, file) => sum + file.received, 0),
    size: some.reduce((sum, file) => sum + file.size, 0),
  })
  const filesOf = (model: string): Tracked[] => [...files.values()].filter(file => file.model === model)

  const updateFile = (file: Tracked, event: Extract<DownloadEvent, {path?: string}>): void => {
    if (event.event === 'progress') {
      if (file.state === 'fetching') rated += Math.max(0, event.received - file.received)
      file.received = event.received
      file.state = 'fetching'
      addSample(file.samples, now(), event.received)
      addSample(samples, now(), rated)
    } else if (event.event === 'file-done') {
      file.received = file.size
      file.state = 'done'
    } else if (event.event === 'paused') {
      file.state = 'paused'
      file.reason = event.reason
      file.until = now() + event.pauseMs
    } else if (event.event === 'waiting') {
      file.state = 'waiting'
      file.reason = event.owner
    }
  }

  return {
    update: event => {
      if (event.event === 'start') bytes = event.bytes
      else if (event.event === 'file') {
        const {model, path, size} = event
        const state = event.state === 'fetch' ? 'waiting' : 'checking'
        files.set(fileKey(event), {model, path, size, state, received: 0, reason: '', until: 0, samples: []})
      } else if (event.event === 'model-failed' || event.event === 'model-stopped') {
        if (event.event === 'model-stopped') stopped = true
        for (const file of filesOf(event.model).filter(({state}) => state !== 'done')) {
          file.state = event.event === 'model-stopped' ? 'stopped' : 'failed'
          file.reason = event.event === 'model-failed' ? event.message : ''
        }
      } else if ('path' in event) {
        const file = files.get(fileKey({model: event.model, path: event.path ?? ''}))
        if (file) updateFile(file, event)
      }
    },
    file: key => {
      const file = files.get(key)
      if (!file) return undefined
      const {model, path, state, reason, size, received, samples: own} = file
      const pauseMs = Math.max(0, file.until - now())
      return {model, path, state, reason, pauseMs, ...progressOf(received, size, own)}
    },
    model: id => {
      const {received, size} = sumOf(filesOf(id))
      return progressOf(received, size, [])
    },
    total: () => progressOf(sumOf([...files.values()]).received, bytes, samples),
    get stopped() {
      return stopped
    },
  }
}
