import {mismatch} from './expect.ts'

/** One line of what Prometheus reads. */
export interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

/** Name, labels between braces, value, and perhaps a time: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)/gy

/** @throws UNHEALTHY for a line Prometheus would not read */
export const parseMetrics = (text: string): Sample[] =>
  text
    .split('\n')
    .filter(each => each !== '' && !each.startsWith('#'))
    .map(each => {
      const [, name, inBraces = '', written = ''] = line.exec(each) ?? []
      const labels = [...inBraces.matchAll(label)]
      const value = Number(written.replace(/^([+-]?)inf(inity)?$/i, '$1Infinity'))
      const whole = labels.map(([all]) => all).join('') === inBraces
      if (!name || !whole || (Number.isNaN(value) && !/^nan$/i.test(written))) {
        throw mismatch('a line of /metrics', 'name{label="…"} value', each)
      }
      return {name, labels: Object.fromEntries(labels.map(([, key = '', text = '']) => [key, text])), value}
    })

/** A figure, and the labels that are looked at: `{name: 'stt_requests_total', labels: {method: 'Recognize'}}`. */
export type Series = Pick<Sample, 'name'> & {labels?: Record<string, string>}

/** Sum of all samples of a series; undefined where there is none. */
export const sumOf = (samples: readonly Sample[], {name, labels = {}}: Series): number | undefined => {
  const found = samples.filter(
    sample => sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
  )
  return found.length === 0 ? undefined : found.reduce((sum, {value}) => sum + value, 0)
}

/** `stt_requests_total{method="Recognize"}` */
export const seriesName = ({name, labels = {}}: Series): string => {
  const written = Object.entries(labels).map(([key, text]) => `${key}="${text}"`)
  return written.length === 0 ? name : `${name}{${written.join(',')}}`
}
