import {styleText} from 'node:util'
import {fitStart} from '../../kit/display-width.ts'
import {inOneLine} from '../../kit/in-one-line.ts'
import type {Change, Comparison} from '../../report/compare.ts'
import {readableMs, werWithInterval} from '../../report/figures.ts'
import {table, wrapWords} from '../table.ts'
import type {SummaryOptions} from './test-summary.ts'

const signed = (value: number, digits: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`

/** So many of each; the rest is counted. */
const shown = {regressions: 10, improvements: 5}

const changeLines = (title: string, changes: readonly Change[], most: number, room: number): string[] =>
  changes.length === 0
    ? []
    : [
        `${title}: ${changes.length}`,
        ...changes
          .slice(0, most)
          .flatMap(({name, before, after}) => [
            fitStart(`  ${inOneLine(name)}`, room),
            fitStart(`    ${inOneLine(before)} → ${inOneLine(after)}`, room),
          ]),
        ...(changes.length > most ? [`  and ${changes.length - most} more`] : []),
      ]

const werTable = ({wer}: Comparison, room: number): string[] =>
  wer.length === 0
    ? []
    : table(
        [
          {title: 'WER'},
          {title: ''},
          {title: 'before (95 %)', align: 'right'},
          {title: 'after (95 %)', align: 'right'},
          {title: 'points', align: 'right'},
          {title: ''},
        ],
        wer.map(({side, lengthClass, before, after, apart}) => [
          side,
          lengthClass,
          werWithInterval(before),
          werWithInterval(after),
          signed((after.wer - before.wer) * 100, 1),
          apart ? 'intervals apart' : '',
        ]),
        room,
      )

const stageTable = ({stages}: Comparison, room: number): string[] =>
  stages.length === 0
    ? []
    : table(
        [
          {title: 'Stage'},
          {title: 'p50', align: 'right'},
          {title: '', align: 'right'},
          {title: 'p95', align: 'right'},
          {title: '', align: 'right'},
        ],
        stages.map(({stage, before, after}) => [
          stage,
          ...(['p50', 'p95'] as const).flatMap(name => [
            `${readableMs(before[name])} → ${readableMs(after[name])}`,
            before[name] > 0 ? `${signed((after[name] / before[name] - 1) * 100, 0)} %` : '',
          ]),
        ]),
        room,
      )

/** What `essence test compare` prints: what became worse before what became better. */
export const compareLines = (
  comparison: Comparison,
  {room = 80, stream = process.stdout}: Omit<SummaryOptions, 'page'> = {},
): string[] => {
  const {mode, cautions, regressions, improvements, unchanged, onlyBefore, onlyAfter, worse} = comparison
  const verdict =
    worse.length > 0
      ? styleText(['bold', 'red'], 'WORSE', {stream})
      : styleText(['bold', 'green'], 'NOT WORSE', {stream})
  const others = [
    ...(onlyBefore > 0 ? [`${onlyBefore} of the first only`] : []),
    ...(onlyAfter > 0 ? [`${onlyAfter} of the second only`] : []),
  ]
  return [
    `${verdict}: ${mode}, ${[`${unchanged} unchanged`, ...others].join(', ')}`,
    ...worse.flatMap(reason => wrapWords(`✗ ${inOneLine(reason)}`, room)),
    ...cautions.flatMap(caution => wrapWords(`Caution: ${inOneLine(caution)}`, room)),
    ...changeLines('Worse', regressions, shown.regressions, room),
    ...changeLines('Better', improvements, shown.improvements, room),
    ...werTable(comparison, room),
    ...stageTable(comparison, room),
  ]
}
