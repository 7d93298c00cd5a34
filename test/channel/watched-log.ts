import {Condition} from '@essence/core/kit/flow/condition'
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
  const changes = new Condition()
  const log: Log = pino(
    {level: 'debug', formatters: {level: label => ({level: label})}},
    {
      write: line => {
        lines.push(JSON.parse(line))
        changes.changed()
      },
    },
  )
  /** Resolves with the first line that satisfies the condition, also an old one. */
  const logged = async (condition: (line: LogLine) => boolean): Promise<LogLine> => {
    await changes.until(() => lines.some(condition))
    const line = lines.find(condition)
    if (!line) throw new Error('A line of the log is gone.')
    return line
  }
  return {log, lines, logged}
}
