import {type Logger, pino, stdTimeFunctions} from 'pino'
import pretty from 'pino-pretty'
import type {Settings} from '../config/schema.ts'
import type {EngineOptions} from '../engines/options.ts'
import {isEssenceError} from '../kit/errors.ts'
import {redact} from '../kit/secret.ts'

export type Log = Logger

/** The setting's names and pino's. */
const levels = {DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'fatal'} as const

/**
 * The log of a service, on stderr: `auto` is pretty on a terminal, one JSON object a line elsewhere. Registered secrets are cut out of every line, whatever put them there.
 * Transcripts are personal data: they enter by `transcriptLog` alone.
 */
export const openLog = (service: string, {LOG_LEVEL, LOG_FORMAT}: Pick<Settings, 'LOG_LEVEL' | 'LOG_FORMAT'>): Log => {
  const options = {
    level: levels[LOG_LEVEL],
    base: {service},
    timestamp: stdTimeFunctions.isoTime,
    formatters: {level: (label: string) => ({level: label})},
  }
  const asText = LOG_FORMAT === 'pretty' || (LOG_FORMAT === 'auto' && process.stderr.isTTY)
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

/** For the engines to tell what is said: at level DEBUG, and only where LOG_TRANSCRIPTS is on. */
export const transcriptLog = (
  log: Log,
  {LOG_TRANSCRIPTS}: Pick<Settings, 'LOG_TRANSCRIPTS'>,
): EngineOptions['onTranscript'] => (LOG_TRANSCRIPTS ? transcript => log.debug(transcript, 'transcript') : undefined)

/**
 * Logs what failed, as loud as it is our fault: a fault with all its causes; what is away for a while, works again when tried
 * again, or was refused elsewhere, as a warning of one line; the caller's matter, and a refusal for being busy, as an information.
 */
export const logFailure = (log: Log, error: unknown, fields: object, text: string): void => {
  if (!isEssenceError(error)) {
    log.error({...fields, err: error}, text)
    return
  }
  const {code, kind, message: why, retryable} = error
  if (kind === 'user' || code === 'ENGINE_BUSY') log.info({...fields, code, why}, text)
  else if (retryable || kind === 'remote' || code === 'ENGINE_UNAVAILABLE') log.warn({...fields, code, why}, text)
  else log.error({...fields, code, err: error}, text)
}
