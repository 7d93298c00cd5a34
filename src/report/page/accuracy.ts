import {percent, werWithInterval} from '../figures.ts'
import {type Judgement, judge} from '../judge.ts'
import {type AccuracySummary, type Conversion, lengthClasses, type RoundTrip} from '../test-report.ts'
import type {Chart} from './chart.ts'
import {type Html, html} from './html.ts'
import {table} from './table.ts'

export const sides = ['input', 'output'] as const
export type Side = (typeof sides)[number]

const classes = ['all', ...lengthClasses] as const

const classNames = {all: 'all', short: 'short, 1–3 words', medium: 'medium, 4–10', long: 'long, 11 or more'}

/** What each of the two conversions is. */
export const sideNames: Record<Side, string> = {
  input: 'Input: text → speech → June hears it',
  output: 'Output: June speaks → text',
}

interface ClassRow {
  name: (typeof classes)[number]
  summary: AccuracySummary
  /** WER that was allowed, 0 to 1. */
  allowed: number
  judgement: Judgement
}

const rowsOf = (roundTrip: RoundTrip, side: Side): ClassRow[] =>
  classes.flatMap(name => {
    const summary = roundTrip[side][name]
    const allowed = roundTrip.thresholds.wer[name]
    return summary ? [{name, summary, allowed, judgement: judge(name, summary, roundTrip.thresholds)}] : []
  })

const accuracyTable = (roundTrip: RoundTrip, side: Side): Html =>
  table({
    caption: sideNames[side],
    columns: ['Phrases', '', '#WER (95 % interval)', '#allowed', '#CER', '#exact', '#similar', '#cases', '#failed'],
    rows: rowsOf(roundTrip, side).map(({name, summary, allowed, judgement}) => [
      classNames[name],
      judgement === 'missed' ? html`<strong class="bad">missed</strong>` : judgement,
      werWithInterval(summary),
      percent(allowed),
      percent(summary.cer),
      percent(summary.exact),
      percent(summary.similar),
      summary.cases,
      summary.failed,
    ]),
  })

/** WER by length class: a dot with its interval, and a stroke where the threshold is. */
const werChart = (roundTrip: RoundTrip, side: Side): Chart => {
  const rows = rowsOf(roundTrip, side).map(({name, allowed, summary: {wer, werLow, werHigh}}) => ({
    name,
    wer: wer * 100,
    low: werLow * 100,
    high: werHigh * 100,
    allowed: allowed * 100,
  }))
  return {
    title: `WER, ${side}`,
    description: `Word error rate by length, in percent. ${rows
      .map(({name, wer, allowed}) => `${name}: ${wer.toFixed(1)}, allowed ${allowed.toFixed(1)}`)
      .join('; ')}.`,
    draw: plot => ({
      height: 200,
      marginLeft: 60,
      marginBottom: 40,
      x: {label: 'WER, %', grid: true, zero: true, ticks: 5},
      y: {label: null, domain: rows.map(({name}) => name)},
      marks: [
        plot.ruleY(rows, {x1: 'low', x2: 'high', y: 'name', stroke: 'var(--accent)', strokeWidth: 3}),
        plot.dot(rows, {x: 'wer', y: 'name', r: 5, fill: 'var(--accent)', stroke: 'var(--raised)'}),
        plot.tickX(rows, {x: 'allowed', y: 'name', stroke: 'var(--alarm)', strokeWidth: 2, inset: 4}),
      ],
    }),
  }
}

const bins = [
  {name: '0', upTo: 0},
  {name: '≤ 10', upTo: 0.1},
  {name: '≤ 25', upTo: 0.25},
  {name: '≤ 50', upTo: 0.5},
  {name: '≤ 100', upTo: 1},
  {name: '> 100', upTo: Number.POSITIVE_INFINITY},
]

/** WER of one conversion, 0 to 1 and above; of nothing said, each word heard counts as one. */
export const conversionWer = ({wordErrors, words}: Conversion): number => wordErrors / Math.max(1, words)

/** How many cases have which WER. */
const histogram = ({cases}: RoundTrip, side: Side): {bin: string; count: number}[] => {
  const counted = Map.groupBy(
    cases.flatMap(({[side]: conversion}) => conversion ?? []),
    conversion => bins.find(({upTo}) => conversionWer(conversion) <= upTo)?.name,
  )
  return bins.map(({name}) => ({bin: name, count: counted.get(name)?.length ?? 0}))
}

const werHistogram = (roundTrip: RoundTrip, side: Side): Chart => {
  const rows = histogram(roundTrip, side)
  return {
    title: `Cases by WER, ${side}`,
    description: `Number of cases by word error rate in percent. ${rows.map(({bin, count}) => `${bin}: ${count}`).join('; ')}.`,
    draw: plot => ({
      height: 190,
      marginLeft: 44,
      marginBottom: 40,
      x: {label: 'WER of the case, %', domain: rows.map(({bin}) => bin)},
      y: {label: 'cases', grid: true, ticks: 4},
      marks: [
        plot.barY(rows, {x: 'bin', y: 'count', fill: 'var(--accent)', inset: 2}),
        plot.text(rows, {
          x: 'bin',
          y: 'count',
          text: ({count}: {count: number}) => (count > 0 ? `${count}` : ''),
          dy: -8,
        }),
        plot.ruleY([0]),
      ],
    }),
  }
}

export const histogramTable = (roundTrip: RoundTrip): Html => {
  const [input, output] = [histogram(roundTrip, 'input'), histogram(roundTrip, 'output')]
  return table({
    caption: 'Cases by WER',
    columns: ['WER, %', '#input', '#output'],
    rows: input.map(({bin, count}, at) => [bin, count, output[at]?.count]),
  })
}

/** One conversion: its figures by length, and how they are spread. */
export const accuracyView = (roundTrip: RoundTrip, side: Side, draw: (chart: Chart) => Html): Html => html`
${accuracyTable(roundTrip, side)}
<div class="charts">${draw(werChart(roundTrip, side))}${draw(werHistogram(roundTrip, side))}</div>`
