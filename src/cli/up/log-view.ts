import {styleText} from 'node:util'
import {isFault, type LogLine, logText, readLogLine} from '../../kit/log-line.ts'
import type {SupervisorEvent} from '../../service/supervisor.ts'
import {columnsOf, wrapWords} from '../table.ts'

export interface LogViewOptions {
  /** Of all services. */
  names: readonly string[]
  /** Everything that is logged, with its fields: LOG_LEVEL=DEBUG. */
  detailed: boolean
  /** Where it is shown; for its width and colours. */
  stream: NodeJS.WriteStream
}

/**
 * Tells what was not told before: services share their settings, so their warnings; and what the CLI prints of an error or a
 * warning is an event as well.
 * @param shown warnings that were shown already
 */
export const newsFilter = (shown: Iterable<string>): ((event: SupervisorEvent) => boolean) => {
  const warned = new Set(shown)
  return event => {
    if (event.type === 'line') return event.line.trim() !== '' && !/^\s*›/.test(event.line)
    if (event.type !== 'warning') return true
    const isNew = !warned.has(event.text)
    warned.add(event.text)
    return isNew
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** What is told of a turn, by the names its log has for them. */
const stages = {sttMs: 'heard', ttftMs: 'first word', ttfaMs: 'voice'} as const

/** `web turn 1.9 s: heard 0.3, first word 0.6, voice 0.9`: seconds, each by its own clock; the voice since the beginning. */
const turnText = (line: LogLine): string => {
  const {channel, result, totalMs} = line
  const turn = `${channel} turn`
  if (result === 'cancelled') return `${turn} cancelled`
  if (result !== 'ok') return `${turn} failed: ${logText({...line, msg: `${result}`})}`
  const told = Object.entries(stages).flatMap(([name, words]) => {
    const ms = line[name]
    return typeof ms === 'number' ? `${words} ${(ms / 1000).toFixed(1)}` : []
  })
  const time = typeof totalMs === 'number' ? ` ${seconds(totalMs)}` : ''
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
  if (!logged) return {text: line}
  const {level, msg} = logged
  if (!detailed && level === 'info' && toldOtherwise.test(msg)) return undefined
  const text = msg === 'turn' ? turnText(logged) : logText(logged)
  return {text: detailed ? text + fieldsOf(logged) : text, level}
}

/** What happens to the services, one line each: for a person at a terminal. */
export const logView = ({names, detailed, stream}: LogViewOptions) => {
  const width = Math.max(...names.map(name => name.length))

  return (event: SupervisorEvent): string | undefined => {
    const told = event.type === 'line' ? shownLine(event.line, detailed) : eventText(event)
    if (!told) return undefined
    const {text, level = 'info'} = told
    const mark = isFault({level, msg: text}) ? (level === 'warn' ? '! ' : '✗ ') : ''
    const head = `${new Date().toTimeString().slice(0, 8)} ${event.name.padEnd(width)} │ `
    const room = Math.max(20, columnsOf(stream) - head.length)
    const lines = text.split('\n').flatMap((line, index) => wrapWords(index === 0 ? mark + line : line, room))
    const [first = '', ...rest] = lines
    const color = mark === '' ? undefined : level === 'warn' ? 'yellow' : 'red'
    const coloured = (line: string): string => (color ? styleText(color, line, {stream}) : line)
    const indent = `${' '.repeat(head.length - 2)}│ `
    return [styleText('dim', head, {stream}) + coloured(first), ...rest.map(line => indent + coloured(line))].join('\n')
  }
}

/** An event in one line. */
export const eventText = (event: Exclude<SupervisorEvent, {type: 'line'}>): {text: string; level?: string} => {
  switch (event.type) {
    case 'starting':
      return {text: `starting (process ${event.pid})`}
    case 'listening':
      return {text: `listening at ${event.address ?? event.url ?? event.health}, loading`}
    case 'ready':
      return {text: `ready in ${seconds(event.startMs)}`}
    case 'reopened':
      return {text: 'runs on the new models'}
    case 'kept':
      return {text: `goes on as before, for the new models cannot be opened: ${event.reason}`, level: 'error'}
    case 'restarting':
      return {text: `${event.reason}; starting again in ${event.inMs} ms`, level: 'warn'}
    case 'gave-up':
      return {text: `gave up: ${event.reason}`, level: 'error'}
    case 'warning':
      return {text: event.text, level: 'warn'}
    case 'stopped':
      return {text: 'stopped'}
  }
}
