import {styleText} from 'node:util'
import type {Outcome} from '../../service/up.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

type Style = (text: string) => string

const styles = (stream: NodeJS.WriteStream): Record<'title' | 'good' | 'bad' | 'quiet', Style> => {
  const style =
    (format: Parameters<typeof styleText>[0]): Style =>
    text =>
      styleText(format, text, {stream})
  return {title: style('bold'), good: style('green'), bad: style('red'), quiet: style('dim')}
}

/**
 * What `essence up` prints once everything is started or given up: where to talk, what runs on what, what is switched
 * off, what is missing. One array item per line; coloured when the stream is a terminal that wants it.
 */
export const summaryLines = (
  outcomes: Outcome[],
  off: readonly string[] = [],
  stream: NodeJS.WriteStream = process.stderr,
): string[] => {
  const {title, good, bad, quiet} = styles(stream)
  const ready = outcomes.filter(outcome => outcome.state === 'ready')
  const addresses = ready.flatMap(({name, summary}) => (summary.address ? [{name, address: summary.address}] : []))
  const width = Math.max(...outcomes.map(({name}) => name.length), 'talk to it'.length) + 2
  const label = (text: string): string => `  ${text.padEnd(width)}`
  const headline =
    ready.length === outcomes.length
      ? good('June is up.')
      : ready.some(({summary}) => !summary.url)
        ? bad('June is up, but not whole.')
        : bad('June is not up.')

  const lines = ['', title(headline)]
  for (const {address} of addresses) lines.push(`${label('talk to it')}${title(address)}`)
  for (const outcome of outcomes) {
    if (outcome.state === 'gave-up') {
      lines.push(`${label(outcome.name)}${bad('not running')}: ${outcome.reason}`)
      continue
    }
    lines.push(
      `${label(outcome.name)}${good('ready')} ${quiet(`in ${seconds(outcome.startMs)}, process ${outcome.pid}`)}`,
    )
    for (const line of outcome.summary.lines) lines.push(`${label('')}${line}`)
  }
  for (const line of off) lines.push(`  ${line}`)
  const notices = [...new Set(ready.flatMap(({summary}) => summary.notices))]
  if (notices.length > 0) {
    lines.push('', title('Missing'))
    for (const notice of notices) lines.push(`  ${notice}`)
  }
  if (ready.length > 0) lines.push('', quiet('Ctrl-C stops June; a second Ctrl-C does not wait.'))
  return [...lines, '']
}
