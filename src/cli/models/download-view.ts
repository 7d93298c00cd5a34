import {Listr, ListrLogger, ProcessOutput} from 'listr2'
import {duration, readableBytes} from '../../kit/byte-size.ts'
import type {DownloadEvent} from '../../models/download/download-event.ts'
import {type FileProgress, openMeter, type Progress, type ProgressMeter} from '../../models/download/progress.ts'
import {StderrRenderer} from '../stderr-renderer.ts'

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

/** What one line shows: a model by its name, or, of a model with several large files, the file too. */
const nameOf = ({model, path}: {model: string; path: string}, alone: boolean): string =>
  alone ? model : `${model}/${path.split('/').at(-1)}`

/** The renderer puts its sign before the line. */
const fileLine = (file: FileProgress, name: string, width: number): string => {
  if (file.state === 'done') return `${name}  ${readableBytes(file.size)}`
  if (file.state === 'checking') return `${name}  checking ${readableBytes(file.size)}`
  if (file.state === 'waiting') return `${name}  waiting`
  const text = `${bar(file, 18)} ${percent(file)}  ${amount(file)}`
  const more = `  ${pace(file)}`
  // A narrow terminal shows no rate rather than broken lines.
  return `${name} ${text}${name.length + text.length + more.length + 4 < width ? more : ''}`
}

const totalLine = (total: Progress, name: string): string =>
  total.received >= total.size
    ? `${name}  ${readableBytes(total.size)}`
    : `${name} ${bar(total, 18)} ${percent(total)}  ${amount(total)}  ${pace(total)}`

/** Files below this are part of the total only: ten voices of half a megabyte would hide what matters. */
const ownLineBytes = 1_000_000
/** Fits `qwen3-30b-a3b-thinking-2507-q4_k_m`. */
const longestName = 36

interface Running {
  key: string
  end(): void
  fail(message: string): void
}

const terminalView = (stream: NodeJS.WriteStream): DownloadView => {
  const meter = openMeter()
  const running: Running[] = []
  const logger = new ListrLogger({processOutput: new ProcessOutput(stream, stream)})
  let list: Listr<unknown, typeof StderrRenderer> | undefined
  let ended: Promise<unknown> | undefined
  const titles: (() => void)[] = []
  const pending: {model: string; path: string; size: number}[] = []
  let ticking: NodeJS.Timeout | undefined
  const draw = (): void => {
    for (const title of titles) title()
  }

  const addFile = (event: {model: string; path: string}, alone: boolean, width: number): void => {
    const {model, path} = event
    const key = `${model}\0${path}`
    const name = nameOf(event, alone).slice(0, longestName).padEnd(width)
    const entry: Running = {key, end: () => {}, fail: () => {}}
    const over = new Promise<void>((resolve, reject) => {
      entry.end = resolve
      entry.fail = message => reject(new Error(message))
    })
    over.catch(() => {})
    running.push(entry)
    list?.add({
      title: name,
      task: (_, task) => {
        titles.push(() => {
          const file = meter.files().find(each => `${each.model}\0${each.path}` === key)
          if (file) task.title = fileLine(file, name, stream.columns || 80)
        })
        return over
      },
    })
  }

  /** All files are known by the first event that is about one of them. */
  const begin = (): void => {
    const large = pending.filter(({size}) => size >= ownLineBytes)
    const shown = large.length > 0 ? large : pending.slice(0, 1)
    const isAlone = ({model}: {model: string}) => shown.filter(file => file.model === model).length === 1
    const width = Math.min(longestName, Math.max(...shown.map(file => nameOf(file, isAlone(file)).length)))
    pending.length = 0
    let endTotal = (): void => {}
    const total = new Promise<void>(resolve => {
      endTotal = resolve
    })
    list = new Listr<unknown, typeof StderrRenderer>([], {
      concurrent: true,
      exitOnError: false,
      // Its own would end the process on Ctrl-C, with what arrived unsaved and the locks held.
      registerSignalListeners: false,
      collectErrors: false,
      renderer: StderrRenderer,
      rendererOptions: {logger, showErrorMessage: true},
    })
    for (const file of shown) addFile(file, isAlone(file), width)
    running.push({key: '', end: endTotal, fail: endTotal})
    list.add({
      title: 'total',
      task: (_, task) => {
        titles.push(() => {
          task.title = totalLine(meter.total(), 'total'.padEnd(width))
        })
        return total
      },
    })
    ended = list.run().catch(() => {})
    ticking = setInterval(draw, 100)
  }

  return {
    onEvent: event => {
      meter.update(event)
      if (event.event === 'file') {
        pending.push(event)
        return
      }
      if (pending.length > 0) begin()
      if (event.event === 'file-done') {
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
        write(`${event.model}: ${event.path} (${readableBytes(event.size)})`)
      } else if (event.event === 'paused') {
        write(`${event.model}: ${event.reason}; trying again in ${duration(event.pauseMs / 1000)}`)
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
