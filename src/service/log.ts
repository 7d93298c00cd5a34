import {type Logger, pino, stdTimeFunctions} from 'pino'
import pretty from 'pino-pretty'
import {redact} from '../kit/secret.ts'

export type Log = Logger

export interface LogOptions {
  /** Name of the service, on every line. */
  service: string
  level: 'debug' | 'info' | 'warn' | 'error'
  /** `auto`: pretty on a terminal, one JSON object a line elsewhere. */
  format: 'auto' | 'pretty' | 'json'
}

/**
 * The log of a service, on stderr. Registered secrets are cut out of every line, whatever put them there.
 * Transcripts and prompts are personal data: log them at debug level, and only where LOG_TRANSCRIPTS is on.
 */
export const openLog = ({service, level, format}: LogOptions): Log => {
  const options = {
    level,
    base: {service},
    timestamp: stdTimeFunctions.isoTime,
    formatters: {level: (label: string) => ({level: label})},
  }
  const asText = format === 'pretty' || (format === 'auto' && process.stderr.isTTY)
  // Synchronous, so that the last lines before a crash are not lost.
  const stream = asText
    ? pretty({
        destination: 2,
        sync: true,
        ignore: 'pid,hostname',
        colorize: !process.env['NO_COLOR'] && process.stderr.isTTY,
      })
    : pino.destination({dest: 2, sync: true})
  return pino(options, {write: line => void stream.write(redact(line))})
}
