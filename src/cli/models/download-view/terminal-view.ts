import {Listr, ListrLogger, ProcessOutput} from 'listr2'
import {fitStart} from '../../../kit/display-width.ts'
import {fileKey, openMeter} from '../../../models/download/progress.ts'
import {statusLine} from '../../status-line.ts'
import {StderrRenderer} from '../../stderr-renderer.ts'
import {fileLine, totalLine} from './progress-line.ts'
import type {DownloadView} from './view.ts'
import {pauseWords} from './words.ts'

/** Files below this are part of the total only: ten voices of half a megabyte would hide what matters. */
const ownLineBytes = 1_000_000
/** Fits `qwen3-30b-a3b-thinking-2507-q4_k_m`. */
const longestName = 36
/** Columns for the numbers, where a narrow terminal leaves the name no more. */
const besideName = 24

interface Row {
  /** Of a file; the total has none. */
  model?: string
  key?: string
  title(room: number): string
  over: PromiseWithResolvers<void>
  draw(): void
}

type FileName = {model: string; path: string; size: number}

/** What one line shows: a model by its name, or, of a model with several large files, the file too. */
const nameOf = ({model, path}: FileName, shown: readonly FileName[]): string =>
  shown.filter(file => file.model === model).length === 1 ? model : `${model}/${path.split('/').at(-1)}`

/** A line for each large file that is drawn anew as it grows, and one for all. */
export const terminalView = (stream: NodeJS.WriteStream): DownloadView => {
  const meter = openMeter()
  /** Until the files are known. */
  const status = statusLine(stream)
  const pending: FileName[] = []
  const rows: Row[] = []
  let closed = false
  let ended: Promise<unknown> | undefined
  let ticking: NodeJS.Timeout | undefined

  /** Columns for a title: listr2 keeps two free, and two are the sign. */
  const room = (): number => (stream.columns || 80) - 4
  const draw = (): void => {
    for (const row of rows) row.draw()
  }
  const addRow = (row: Pick<Row, 'model' | 'key' | 'title'>): void => {
    const over = Promise.withResolvers<void>()
    // The command tells what failed; here it only ends the line.
    over.promise.catch(() => {})
    rows.push({...row, over, draw: () => {}})
  }
  const notFinished = new Error('not finished')

  /** All files are known by the first event that is about one of them. */
  const begin = (): void => {
    const large = pending.filter(({size}) => size >= ownLineBytes)
    const shown = large.length > 0 ? large : pending.slice(0, 1)
    const names = shown.map(file => fitStart(nameOf(file, shown), Math.min(longestName, room() - besideName)))
    const width = Math.max(...names.map(({length}) => length))
    shown.forEach((file, index) => {
      const name = names[index]?.padEnd(width) ?? ''
      const key = fileKey(file)
      const title = (columns: number): string => {
        const progress = meter.file(key)
        return progress ? fileLine(name, progress, columns) : name
      }
      addRow({model: file.model, key, title})
    })
    addRow({title: columns => totalLine('total'.padEnd(width), meter.total(), columns, closed && meter.stopped)})
    pending.length = 0
    const list = new Listr<unknown, typeof StderrRenderer>(
      rows.map(row => ({
        title: row.title(room()),
        task: (_, task) => {
          row.draw = () => {
            task.title = row.title(room())
          }
          row.draw()
          return row.over.promise
        },
      })),
      {
        concurrent: true,
        exitOnError: false,
        // Its own would end the process on Ctrl-C, with what arrived unsaved and the locks held.
        registerSignalListeners: false,
        collectErrors: false,
        renderer: StderrRenderer,
        rendererOptions: {
          logger: new ListrLogger({processOutput: new ProcessOutput(stream, stream)}),
          showErrorMessage: false,
        },
      },
    )
    ended = list.run().catch(() => {})
    ticking = setInterval(draw, 100)
  }

  return {
    onEvent: event => {
      meter.update(event)
      if (event.event === 'file') pending.push(event)
      if (event.event === 'file' || event.event === 'start') return status.clear()
      if (event.event === 'paused' && event.path === undefined)
        return status.show(`${event.model}: ${pauseWords(event)}`)
      if (pending.length > 0) begin()
      if (event.event === 'file-done') {
        draw()
        rows.find(({key}) => key === fileKey(event))?.over.resolve()
      } else if (event.event === 'model-failed' || event.event === 'model-stopped') {
        draw()
        for (const {model, over} of rows) if (model === event.model) over.reject(notFinished)
      }
    },
    close: async () => {
      status.clear()
      clearInterval(ticking)
      closed = true
      draw()
      const total = meter.total()
      for (const {model, over} of rows)
        if (model === undefined && total.received >= total.size) over.resolve()
        else over.reject(notFinished)
      await ended
    },
  }
}
