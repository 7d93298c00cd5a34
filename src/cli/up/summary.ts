import {styleText} from 'node:util'
import type {ServiceSummary} from '../../service/supervisor-message.ts'
import type {Outcome} from '../../service/up.ts'
import {columnsOf, wrapWords} from '../table.ts'
import type {Reopened} from './models/exchange.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

type Style = (text: string) => string

const styles = (stream: NodeJS.WriteStream): Record<'title' | 'good' | 'bad' | 'quiet', Style> => {
  const style =
    (format: Parameters<typeof styleText>[0]): Style =>
    text =>
      styleText(format, text, {stream})
  return {title: style('bold'), good: style('green'), bad: style('red'), quiet: style('dim')}
}

export interface SummaryOptions {
  /** Services that are switched off, and how to have them. */
  off?: readonly string[]
  /** The file with all details of what happens. */
  log?: string | undefined
  /** The profile whose models are on their way. */
  coming?: string | undefined
  stream?: NodeJS.WriteStream
}

/**
 * What `essence up` prints once everything is started or given up, at least one of them started: where to talk, what runs on what, what is switched
 * off, what is missing. One array item per line; coloured when the stream is a terminal that wants it.
 */
export const summaryLines = (
  outcomes: Outcome[],
  {off = [], log, coming, stream = process.stderr}: SummaryOptions = {},
): string[] => {
  const {title, good, bad, quiet} = styles(stream)
  const ready = outcomes.filter(outcome => outcome.state === 'ready')
  const addresses = ready.flatMap(({name, summary}) => (summary.address ? [{name, address: summary.address}] : []))
  const width = Math.max(...outcomes.map(({name}) => name.length), 'talk to it'.length) + 2
  const label = (text: string): string => `  ${text.padEnd(width)}`
  const urls = ready.flatMap(({summary}) => summary.url ?? [])
  const headline = ready.length === outcomes.length ? good('June is up.') : bad('June is up, but not whole.')
  const room = Math.max(20, columnsOf(stream) - width - 2)
  const below = (text: string): string[] => wrapWords(text, room).map(line => label('') + line)

  const lines = ['', title(headline)]
  for (const {address} of addresses) lines.push(`${label('talk to it')}${title(address)}`)
  for (const outcome of outcomes) {
    if (outcome.state === 'gave-up') {
      lines.push(
        `${label(outcome.name)}${bad('not running')}`,
        ...[outcome.reason, ...outcome.suggestions].flatMap(below),
      )
      continue
    }
    lines.push(
      `${label(outcome.name)}${good('ready')} ${quiet(`in ${seconds(outcome.startMs)}, process ${outcome.pid}`)}`,
    )
    lines.push(...ownLines(outcome.summary, urls).flatMap(below))
  }
  const across = (text: string): string[] => wrapWords(text, room + width).map(line => `  ${line}`)
  lines.push(...off.flatMap(across))
  if (log !== undefined) lines.push(`${label('log')}${log}`)
  const notices = noticesOf(ready.map(({summary}) => summary))
  if (coming !== undefined) {
    lines.push('', title('On their way'))
    lines.push(
      ...across(`Real models (${coming}). Until they are here June is a demonstration; then it changes by itself.`),
    )
  } else if (notices.length > 0) {
    lines.push('', title('Missing'))
    lines.push(...notices.flatMap(across))
  }
  return [...lines, '', quiet('Ctrl-C stops June; a second Ctrl-C does not wait.'), '']
}

const noticesOf = (summaries: readonly ServiceSummary[]): string[] => [
  ...new Set(summaries.flatMap(({notices}) => notices)),
]

/** An engine that runs as a service of its own, at one of these URLs, is told of there. */
const ownLines = ({lines}: ServiceSummary, urls: readonly string[]): string[] =>
  lines.filter(line => !urls.some(url => line.includes(`(at ${url}`)))

/** What `essence up` prints once June runs on the models that came, as far as they can be opened; why others cannot is told already. */
export const changedLines = ({changed, kept}: Reopened, stream: NodeJS.WriteStream = process.stderr): string[] => {
  const {title, good, bad} = styles(stream)
  const urls = changed.flatMap(({url}) => url ?? [])
  const width = Math.max(...changed.map(({name}) => name.length), 0) + 2
  const room = Math.max(20, columnsOf(stream) - width - 2)
  const rows = changed.flatMap(summary =>
    ownLines(summary, urls)
      .flatMap(line => wrapWords(line, room))
      .map((line, index) => `  ${(index === 0 ? summary.name : '').padEnd(width)}${line}`),
  )
  const notices = noticesOf(changed)
  const missing = notices.flatMap(notice => wrapWords(notice, room + width)).map(line => `  ${line}`)
  const isWhole = kept.length === 0 && notices.length === 0
  const headline = isWhole ? good('June runs on real models.') : bad('June runs on real models, but not whole.')
  return ['', title(headline), ...rows, ...(missing.length > 0 ? ['', title('Missing'), ...missing] : []), '']
}
