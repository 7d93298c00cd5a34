/** A line of a structured log: JSON, its level first. */
export interface LogLine {
  level: string
  msg: string
  /** ISO 8601. */
  time?: string
  /** Of the process that wrote it. */
  service?: string
  [field: string]: unknown
}

const start = /^\{"level":"(trace|debug|info|warn|error|fatal)"/

/** The line, where it is one of a structured log. */
export const readLogLine = (line: string): LogLine | undefined => {
  if (!start.test(line)) return undefined
  try {
    const parsed = JSON.parse(line) as LogLine
    return typeof parsed.msg === 'string' ? parsed : undefined
  } catch {
    return undefined
  }
}

/** It tells of something that went wrong. */
export const isFault = ({level}: LogLine): boolean => level === 'warn' || level === 'error' || level === 'fatal'

/** What it says, and why: `call failed: The engine has ended.` */
export const logText = ({msg, why, err}: LogLine): string => {
  const reason = why ?? (err as {message?: unknown} | undefined)?.message
  return typeof reason === 'string' && reason !== msg ? `${msg}: ${reason}` : msg
}
