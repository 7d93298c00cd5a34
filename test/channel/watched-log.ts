import type {Log} from '@essence/core/service/log'
import {pino} from 'pino'

export interface LogLine {
  level: string
  msg: string
  [field: string]: unknown
}

/** A log whose lines a test reads, and waits for. */
export const watchedLog = () => {
  const lines: LogLine[] = []
  const watchers = new Set<() => void>()
  const log: Log = pino(
    {level: 'debug', formatters: {level: label => ({level: label})}},
    {
      write: line => {
        lines.push(JSON.parse(line))
        for (const look of [...watchers]) look()
      },
    },
  )
  /** Resolves with the first line that satisfies the condition, also an old one. */
  const logged = (condition: (line: LogLine) => boolean): Promise<LogLine> =>
    new Promise(resolve => {
      const look = (): void => {
        const line = lines.find(condition)
        if (!line) return
        watchers.delete(look)
        resolve(line)
      }
      watchers.add(look)
      look()
    })
  return {log, lines, logged}
}
