import {styleText} from 'node:util'
import {isFault, type LogLine, logText, readLogLine} from '../../kit/log-line.ts'
import type {SupervisorEvent} from '../../service/supervisor.ts'
import {wrapWords} from '../table.ts'

export interface LogViewOptions {
  /** Of all services. */
  names: readonly string[]
  /** Everything that is logged, with its fields: LOG_LEVEL=DEBUG. */
  detailed: boolean
  /** Where it is shown; for its width and colours. */
  stream: NodeJS.WriteStream
  /** Warnings that were shown already: services share their settings. */
  shown: Iterable<string>
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** What is told of a turn, by the names its log has for them. */
const stages = {sttMs: 'heard in', ttftMs: 'first word after', ttfaMs: 'first sound after'} as const

/** `turn (web) in 1.9 s: heard in 0.3 s, first word after 0.6 s, first sound after 0.9 s` */
const turnText = (line: LogLine): string => {
  const {channel, result, totalMs} = line
  const turn = `turn (${channel})`
  if (result === 'cancelled') return `${turn} cancelled`
  if (result !== 'ok') return `${turn} failed: ${logText({...line, msg: `${result}`})}`
  const told = Object.entries(stages).flatMap(([name, words]) => {
    const ms = line[name]
    return typeof ms === 'number' ? `${words} ${seconds(ms)}` : []
  })
  const time = typeof totalMs === 'number' ? ` in ${seconds(totalMs)}` : ''
  return `${turn}${time}${told.length > 0 ? `: ${told.join(', ')}` : ''}`
}

/** What the events of the supervisor tell already. */
const toldOtherwise = /^(ready|stopped|draining\b.*)$/

/** The fields a line has beside its message. */
const fieldsOf = ({level: _level, time: _time, service: _service, msg: _msg, err, ...fields}: LogLine): string => {
  const stack = (err as {stack?: unknown} | undefined)?.stack
  const text = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''
  return typeof stack === 'string' ? `${text}\n${stack}` : text
}

/** A line of a service, for people; undefined for one they need not see. */
const shownLine = (line: string, detailed: boolean): {text: string; level?: string} | undefined => {
  const logged = readLogLine(line)
  // An error as the CLI prints it: told as the reason of an end. A warning of the CLI is an event.
  if (!logged) return line.trim() === '' || /^\s*›/.test(line) ? undefined : {text: line}
  const {level, msg} = logged
  if (!detailed && level === 'info' && toldOtherwise.test(msg)) return undefined
  const text = msg === 'turn' ? turnText(logged) : logText(logged)
  return {text: detailed ? text + fieldsOf(logged) : text, level}
}

/** What happens to the services, one line each: for a person at a terminal. */
export const logView = ({names, detailed, stream, shown}: LogViewOptions) => {
  const width = Math.max(...names.map(name => name.length))
  const warned = new Set(shown)

  const textOf = (event: SupervisorEvent): {text: string; level?: string} | undefined => {
    switch (event.type) {
      case 'line':
        return shownLine(event.line, detailed)
      case 'warning': {
        const isNew = !warned.has(event.text)
        warned.add(event.text)
        return isNew ? {text: event.text, level: 'warn'} : undefined
      }
      default:
        return eventText(event)
    }
  }

  return (event: SupervisorEvent): string | undefined => {
    const told = textOf(event)
    if (!told) return undefined
    const {text, level = 'info'} = told
    const mark = isFault({level, msg: text}) ? (level === 'warn' ? '! ' : '✗ ') : ''
    const head = `${new Date().toTimeString().slice(0, 8)} ${event.name.padEnd(width)} │ `
    const room = stream.isTTY ? Math.max(20, stream.columns - head.length) : Number.POSITIVE_INFINITY
    const lines = text.split('\n').flatMap((line, index) => wrapWords(index === 0 ? mark + line : line, room))
    const [first = '', ...rest] = lines
    const color = mark === '' ? undefined : level === 'warn' ? 'yellow' : 'red'
    const coloured = (line: string): string => (color ? styleText(color, line, {stream}) : line)
    const indent = `${' '.repeat(head.length - 2)}│ `
    return [styleText('dim', head, {stream}) + coloured(first), ...rest.map(line => indent + coloured(line))].join('\n')
  }
}

/** An event in one line. */
export const eventText = (
  event: Exclude<SupervisorEvent, {type: 'line' | 'warning'}>,
): {text: string; level?: string} => {
  switch (event.type) {
    case 'starting':
      return {text: `starting (process ${event.pid})`}
    case 'listening':
      return {text: `listening at ${event.address ?? event.url ?? event.health}, loading`}
    case 'ready':
      return {text: `ready in ${seconds(event.startMs)}`}
    case 'restarting':
      return {text: `${event.reason}; starting again in ${event.inMs} ms`, level: 'warn'}
    case 'gave-up':
      return {text: `gave up: ${event.reason}`, level: 'error'}
    case 'stopped':
      return {text: 'stopped'}
  }
}
