import type {DownloadView} from './view.ts'

/** One JSON object a line; progress of a file at most ten times a second. */
export const jsonView = (write: (line: string) => void): DownloadView => {
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
