import {styleText} from 'node:util'
import {inOneLine} from '../../kit/in-one-line.ts'
import {percent, readableMs, werWithInterval} from '../../report/figures.ts'
import {judge} from '../../report/judge.ts'
import type {Quantiles} from '../../report/run.ts'
import {lengthClasses, type RoundTrip, type TestReport} from '../../report/test-report.ts'
import {table, wrapWords} from '../table.ts'
import {conversationLines} from './conversation-lines.ts'

export interface SummaryOptions {
  /** Where the page lies. */
  page?: string | undefined
  /** Columns; `stream` decides about colour. */
  room?: number | undefined
  stream?: NodeJS.WriteStream | undefined
}

const classRows = ({input, output, thresholds}: RoundTrip): string[][] =>
  (['all', ...lengthClasses] as const).flatMap(name => {
    const sides = [input[name], output[name]]
    if (sides.every(side => side === undefined)) return []
    const allowed = thresholds.wer[name]
    const judgements = sides.flatMap(side => (side ? judge(name, side, thresholds) : []))
    const worst = (['missed', 'too few', 'met'] as const).find(one => judgements.includes(one)) ?? ''
    return [[name, ...sides.map(side => (side ? werWithInterval(side) : '-')), percent(allowed), worst]]
  })

/** `recognition 930 ms / 1.24 s`: p50 and p95 of each stage. */
export const stageLine = (stages: Record<string, Quantiles>): string =>
  Object.entries(stages)
    .map(([stage, {p50, p95}]) => `${stage} ${readableMs(p50)} / ${readableMs(p95)}`)
    .join(', ')

const roundTripLines = (roundTrip: RoundTrip, room: number): string[] => {
  const {dataset, concurrency, voice, input, output, thresholds, stages} = roundTrip
  const {failed} = input.all.failed >= output.all.failed ? input.all : output.all
  const seed = dataset.seed === undefined ? '' : `, seed ${dataset.seed}`
  const columns = [
    {title: 'WER'},
    {title: 'input (95 %)', align: 'right' as const},
    {title: 'output (95 %)', align: 'right' as const},
    {title: 'allowed', align: 'right' as const},
    {title: ''},
  ]
  return [
    ...wrapWords(
      `${dataset.name}: ${dataset.phrases} phrases${seed}, ${concurrency} at once${voice === undefined ? '' : `, voice ${voice}`}`,
      room,
    ),
    ...table(columns, classRows(roundTrip), room),
    ...wrapWords(
      `Similar (0.8 or more): input ${percent(input.all.similar)}, output ${percent(output.all.similar)}; failed: ${failed}`,
      room,
    ),
    ...wrapWords(`Thresholds: ${thresholds.row}`, room),
    ...(Object.keys(stages).length === 0 ? [] : wrapWords(`p50 / p95: ${stageLine(stages)}`, room)),
  ]
}

/** Of a test of mocks: how much was reached, and what was not. */
const checkLines = ({checks, services}: TestReport, room: number): string[] => {
  const wrong = checks.filter(({ok}) => !ok)
  const shown = wrong.slice(0, 5)
  return [
    `${checks.length - wrong.length} of ${checks.length} checks passed, ${services.length} services`,
    ...shown.flatMap(({service, name, detail = 'failed'}) =>
      wrapWords(`✗ ${service}, ${name}: ${inOneLine(detail)}`, room),
    ),
    ...(wrong.length > shown.length ? [`and ${wrong.length - shown.length} more`] : []),
  ]
}

/** What `essence test` says at its end: about ten lines. */
export const testSummaryLines = (
  report: TestReport,
  {page, room = 80, stream = process.stdout}: SummaryOptions = {},
): string[] => {
  const {passed, partial, reasons, mode, durationMs, roundTrip, conversations} = report
  const colour = passed ? (partial === undefined ? 'green' : 'yellow') : 'red'
  const outcome = [
    ...(partial === undefined ? [] : ['PARTIAL']),
    ...(passed && partial !== undefined ? [] : [passed ? 'PASSED' : 'FAILED']),
  ]
  return [
    `${styleText(['bold', colour], outcome.join(', '), {stream})}: ${mode}, ${readableMs(durationMs)}`,
    ...(partial === undefined ? [] : wrapWords(`Ended early: ${inOneLine(partial)}`, room)),
    ...reasons.flatMap(reason => wrapWords(`✗ ${inOneLine(reason)}`, room)),
    ...(report.checks.length > 0 ? checkLines(report, room) : []),
    ...(roundTrip ? roundTripLines(roundTrip, room) : []),
    ...(conversations ? conversationLines(conversations, room) : []),
    // A path is not broken: it is there to be copied.
    ...(page === undefined ? [] : [`Report: ${page}`]),
  ]
}
