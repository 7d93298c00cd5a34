import type {BenchReport} from '../bench-report.ts'
import {readableMs, threeFigures} from '../figures.ts'
import type {Chart} from './chart.ts'

type Levels = BenchReport['concurrency']

const levelAxis = (levels: Levels) =>
  ({type: 'point', label: 'turns at once', domain: levels.map(({level}) => level)}) as const

export const throughputChart = (levels: Levels): Chart => ({
  title: 'Turns per second',
  description: `Turns per second by turns at once. ${levels.map(({level, turnsPerSecond}) => `${level}: ${threeFigures(turnsPerSecond)}`).join('; ')}.`,
  draw: plot => ({
    height: 200,
    marginBottom: 40,
    x: levelAxis(levels),
    y: {label: 'turns/s', grid: true, zero: true, ticks: 4},
    marks: [
      plot.line(levels, {x: 'level', y: 'turnsPerSecond', stroke: 'var(--accent)', strokeWidth: 2}),
      plot.dot(levels, {x: 'level', y: 'turnsPerSecond', fill: 'var(--accent)', r: 4}),
    ],
  }),
})

export const latencyChart = (levels: Levels): Chart => {
  const lines = (['p50', 'p95'] as const).map(name => ({
    name,
    points: levels.map(({level, total}) => ({level, ms: total[name]})),
  }))
  return {
    title: 'Time of a whole turn',
    description: `Time of a whole turn by turns at once, p50 and p95. ${levels
      .map(({level, total}) => `${level}: ${readableMs(total.p50)} and ${readableMs(total.p95)}`)
      .join('; ')}.`,
    draw: plot => ({
      height: 200,
      marginLeft: 52,
      marginRight: 36,
      marginBottom: 40,
      x: levelAxis(levels),
      y: {label: 'ms', grid: true, zero: true, ticks: 4},
      // Dashes tell the two apart as well as a colour would.
      marks: lines.flatMap(({name, points}) => [
        plot.line(points, {
          x: 'level',
          y: 'ms',
          stroke: 'var(--accent)',
          strokeWidth: 2,
          strokeDasharray: name === 'p95' ? '5 4' : 'none',
        }),
        plot.dot(points, {x: 'level', y: 'ms', fill: 'var(--accent)', r: 4}),
        plot.text(points.slice(-1), {x: 'level', y: 'ms', text: () => name, textAnchor: 'start', dx: 8}),
      ]),
    }),
  }
}
