import {readableBytes} from '../../../kit/byte-size.ts'
import {fileKey, openMeter} from '../../../models/download/progress.ts'
import type {DownloadView} from './view.ts'
import {amount, keptWords, pauseWords, percent, speed, stoppedWords, timeLeft} from './words.ts'

/** Half a minute of silence is worth a line. */
const silenceMs = 30_000
/** Parts of a file pause each by itself, for the same reason. */
const pauseLineMs = 5000

/** Off a terminal: a line for each thing that happens, and for every tenth of a file. */
export const linesView = (write: (line: string) => void): DownloadView => {
  const meter = openMeter()
  const told = new Map<string, {tenth: number; at: number}>()
  const pausedAt = new Map<string, number>()

  const tellProgress = (model: string, path: string): void => {
    const key = fileKey({model, path})
    const file = meter.file(key)
    if (!file) return
    const tenth = Math.floor((file.received / Math.max(1, file.size)) * 10)
    const last = told.get(key)
    if (last && tenth <= last.tenth && performance.now() - last.at < silenceMs) return
    told.set(key, {tenth, at: performance.now()})
    if (!last || tenth >= 10) return
    const pace = [speed(file), timeLeft(file)]
    write(`${model}: ${[percent(file), amount(file), ...pace].filter(Boolean).join(', ')}`)
  }

  return {
    onEvent: event => {
      meter.update(event)
      if (event.event === 'start') {
        if (event.files > 0)
          write(`${event.files} files, ${readableBytes(event.bytes)}; ${readableBytes(event.toFetch)} to download`)
      } else if (event.event === 'file' && event.state === 'fetch') {
        write(`${event.model}: ${event.path} (${readableBytes(event.size)})`)
      } else if (event.event === 'paused') {
        const line = `${event.model}: ${pauseWords(event)}`
        const now = performance.now()
        if (now - (pausedAt.get(event.model) ?? Number.NEGATIVE_INFINITY) > pauseLineMs) write(line)
        pausedAt.set(event.model, now)
      } else if (event.event === 'waiting') {
        write(`${event.model}: ${event.path} is being downloaded by ${event.owner}; waiting`)
      } else if (event.event === 'progress') tellProgress(event.model, event.path)
      else if (event.event === 'file-done') {
        write(`${event.model}: ${event.path} ${event.fetched ? 'downloaded' : 'was here'}, sha256 ${event.sha256}`)
      } else if (event.event === 'model-failed') write(`${event.model}: failed: ${event.message}`)
      else if (event.event === 'model-stopped') {
        write(`${event.model}: ${stoppedWords(meter.model(event.model))}`)
      }
    },
    close: async () => {
      if (meter.stopped) write(`stopped at ${keptWords(meter.total())}`)
    },
  }
}
