import {Listr, ListrLogger, ProcessOutput} from 'listr2'
import type {DownloadEvent} from './download.ts'
import {duration, readableBytes} from './format.ts'
import {type FileProgress, openMeter, type Progress, type ProgressMeter} from './progress.ts'

/** Shows a download while it goes on. All of it goes to stderr: stdout is for results. */
export interface DownloadView {
  onEvent(event: DownloadEvent): void
  /** Ends the view; nothing is drawn afterwards. */
  close(): Promise<void>
}

export type ViewKind = 'terminal' | 'lines' | 'json' | 'quiet'

const bar = ({received, size}: Progress, width: number): string => {
  const full = size > 0 ? Math.floor((received / size) * width) : width
  return '█'.repeat(full) + '░'.repeat(width - full)
}

const percent = ({received, size}: Progress): string =>
  `${size > 0 ? Math.floor((received / size) * 100) : 100} %`.padStart(5)

const pace = ({rate, secondsLeft}: Progress): string =>
  rate > 0 && secondsLeft !== undefined ? `${readableBytes(rate)}/s, ${duration(secondsLeft)} left` : ''

const amount = ({received, size}: Progress): string => `${readableBytes(received)} of ${readableBytes(size)}`

/** `✓`-less text of a file's line: the renderer puts its sign before it. */
const fileLine = (file: FileProgress, width: number): string => {
  const name = `${file.model}  ${file.path.split('/').at(-1)}`
  if (file.state === 'done') return `${name}  ${readableBytes(file.size)}`
  if (file.state === 'checking') return `${name}  checking ${readableBytes(file.size)}`
  if (file.state === 'waiting') return `${name}  waiting`
  const text = `${percent(file)}  ${amount(file)}  ${pace(file)}`
  const room = width - text.length - 6
  // On a narrow terminal the bar stands alone, without its name cut to nothing.
  return `${name.slice(0, Math.max(24, room - 22)).padEnd(24)} ${bar(file, 18)} ${text}`
}

const totalLine = (total: Progress): string =>
  total.received >= total.size
    ? `total  ${readableBytes(total.size)}`
    : `total  ${bar(total, 18)} ${percent(total)}  ${amount(total)}  ${pace(total)}`

interface Running {
  key: string
  end(): void
  fail(message: string): void
}

const terminalView = (stream: NodeJS.WriteStream): DownloadView => {
  const meter = openMeter()
  const running: Running[] = []
  const logger = new ListrLogger({processOutput: new ProcessOutput(stream, stream)})
  let list: Listr | undefined
  let ended: Promise<unknown> | undefined
  const titles: (() => void)[] = []
  let ticking: NodeJS.Timeout | undefined
  const draw = (): void => {
    for (const title of titles) title()
  }

  const addFile = ({model, path}: {model: string; path: string}): void => {
    const key = `${model}\0${path}`
    const entry: Running = {key, end: () => {}, fail: () => {}}
    const over = new Promise<void>((resolve, reject) => {
      entry.end = resolve
      entry.fail = message => reject(new Error(message))
    })
    over.catch(() => {})
    running.push(entry)
    list?.add({
      title: model,
      task: (_, task) => {
        titles.push(() => {
          const file = meter.files().find(each => `${each.model}\0${each.path}` === key)
          if (file) task.title = fileLine(file, stream.columns || 80)
        })
        return over
      },
    })
  }

  return {
    onEvent: event => {
      meter.update(event)
      if (event.event === 'start') {
        let endTotal = (): void => {}
        const total = new Promise<void>(resolve => {
          endTotal = resolve
        })
        running.push({key: '', end: endTotal, fail: endTotal})
        list = new Listr([], {
          concurrent: true,
          exitOnError: false,
          collectErrors: false,
          renderer: 'default',
          rendererOptions: {logger, showErrorMessage: true},
        })
        list.add({
          title: 'total',
          task: (_, task) => {
            titles.push(() => {
              task.title = totalLine(meter.total())
            })
            return total
          },
        })
        ended = list.run().catch(() => {})
        ticking = setInterval(draw, 100)
      } else if (event.event === 'file') addFile(event)
      else if (event.event === 'file-done') {
        draw()
        running.find(({key}) => key === `${event.model}\0${event.path}`)?.end()
      } else if (event.event === 'model-failed') {
        for (const {key, fail} of running) if (key.startsWith(`${event.model}\0`)) fail(event.message)
      }
    },
    close: async () => {
      draw()
      clearInterval(ticking)
      for (const {end} of running) end()
      await ended
    },
  }
}

/** Every tenth of a file is worth a line, and so is half a minute of silence. */
const linesView = (write: (line: string) => void): DownloadView => {
  const meter = openMeter()
  const told = new Map<string, {tenth: number; at: number}>()
  const tell = (model: string, path: string, meter: ProgressMeter): void => {
    const file = meter.files().find(each => each.model === model && each.path === path)
    if (!file) return
    const tenth = Math.floor((file.received / Math.max(1, file.size)) * 10)
    const last = told.get(`${model}\0${path}`)
    if (last && tenth <= last.tenth && performance.now() - last.at < 30_000) return
    told.set(`${model}\0${path}`, {tenth, at: performance.now()})
    if (last && tenth < 10)
      write(`${model}: ${percent(file).trim()}, ${amount(file)}${file.rate ? `, ${pace(file)}` : ''}`)
  }
  return {
    onEvent: event => {
      meter.update(event)
      if (event.event === 'start') {
        write(`${event.files} files, ${readableBytes(event.bytes)}; ${readableBytes(event.toFetch)} to download`)
      } else if (event.event === 'file' && event.state === 'fetch') {
        write(`${event.model}: downloading ${event.path} (${readableBytes(event.size)})`)
      } else if (event.event === 'waiting') {
        write(`${event.model}: ${event.path} is being downloaded by ${event.owner}; waiting`)
      } else if (event.event === 'progress') tell(event.model, event.path, meter)
      else if (event.event === 'file-done') {
        write(`${event.model}: ${event.path} ${event.fetched ? 'downloaded' : 'was here'}, sha256 ${event.sha256}`)
      } else if (event.event === 'model-failed') write(`${event.model}: failed: ${event.message}`)
    },
    close: async () => {},
  }
}

/** One JSON object a line; progress of a file at most ten times a second. */
const jsonView = (write: (line: string) => void): DownloadView => {
  const last = new Map<string, number>()
  return {
    onEvent: event => {
      if (event.event === 'progress') {
        const key = `${event.model}\0${event.path}`
        const now = performance.now()
        if (now - (last.get(key) ?? Number.NEGATIVE_INFINITY) < 100 && event.received < event.size) return
        last.set(key, now)
      }
      write(JSON.stringify(event))
    },
    close: async () => {},
  }
}

/** The view that fits where stderr goes. */
export const openView = (kind: ViewKind, stream: NodeJS.WriteStream): DownloadView => {
  const write = (line: string): void => {
    stream.write(`${line}\n`)
  }
  if (kind === 'terminal') return terminalView(stream)
  if (kind === 'lines') return linesView(write)
  return kind === 'json' ? jsonView(write) : {onEvent: () => {}, close: async () => {}}
}
