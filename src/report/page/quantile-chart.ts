import {quantileNames, readableMs} from '../figures.ts'
import type {Quantiles} from '../run.ts'
import type {Chart} from './chart.ts'
import {type Html, html} from './html.ts'
import {table} from './table.ts'

/** p50 to p95 of each stage as a bar, the largest as a tick. */
export const stageChart = (stages: Record<string, Quantiles>): Chart => {
  const rows = Object.entries(stages).map(([stage, quantiles]) => ({stage, ...quantiles}))
  return {
    title: 'Time by stage',
    description: `Milliseconds by stage. ${rows
      .map(({stage, p50, p95}) => `${stage}: half within ${readableMs(p50)}, 95 % within ${readableMs(p95)}`)
      .join('; ')}.`,
    draw: plot => ({
      height: 70 + 30 * rows.length,
      marginBottom: 40,
      marginLeft: 8 + 7 * Math.min(16, Math.max(0, ...rows.map(({stage}) => stage.length))),
      x: {label: 'ms', grid: true, zero: true, ticks: 4},
      y: {label: null, domain: rows.map(({stage}) => stage)},
      marks: [
        plot.ruleY(rows, {x1: 'p50', x2: 'p95', y: 'stage', stroke: 'var(--accent)', strokeWidth: 6}),
        plot.dot(rows, {x: 'p50', y: 'stage', r: 6, fill: 'var(--accent)', stroke: 'var(--raised)'}),
        plot.tickX(rows, {x: 'max', y: 'stage', stroke: 'var(--soft)', strokeWidth: 2, inset: 6}),
      ],
    }),
  }
}

/** How the chart of stages is read. */
export const stageLegend: Html = html`<p class="note">Dot: p50. Bar: to p95. Stroke: the longest.</p>`

export const stageTable = (stages: Record<string, Quantiles>): Html =>
  table({
    caption: 'Time by stage',
    columns: ['Stage', ...quantileNames.map(name => `#${name}`)],
    rows: Object.entries(stages).map(([stage, quantiles]) => [
      stage,
      ...quantileNames.map(name => readableMs(quantiles[name])),
    ]),
  })
