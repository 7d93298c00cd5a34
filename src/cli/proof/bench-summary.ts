import {styleText} from 'node:util'
import {readableBytes} from '../../kit/byte-size.ts'
import type {BenchReport} from '../../report/bench-report.ts'
import {readableMs, threeFigures} from '../../report/figures.ts'
import type {Quantiles} from '../../report/run.ts'
import {table, wrapWords} from '../table.ts'
import {type SummaryOptions, stageLine} from './test-summary.ts'

const both = ({p50, p95}: Quantiles, show: (value: number) => string = threeFigures): string =>
  `${show(p50)} / ${show(p95)}`

const engineRows = ({engines: {stt, llm, tts}}: BenchReport): string[][] => [
  ...(stt?.utterances.map(({audioMs, rtf}) => [`recognition of ${readableMs(audioMs)}`, both(rtf), 'RTF', stt.model]) ??
    []),
  ...(llm
    ? [
        ['first token', both(llm.ttft, readableMs), '', llm.model],
        ['language model', both(llm.tokensPerSecond), 'tokens/s', llm.model],
      ]
    : []),
  ...(tts
    ? [
        ['first audio', both(tts.ttfa, readableMs), '', tts.voice],
        ['synthesis', both(tts.rtf), 'RTF', tts.voice],
      ]
    : []),
]

/** Voices are many, and one network often: the first of them stand for all. */
const namesOf = (models: BenchReport['fits']): string => {
  const voices = models.filter(({kind}) => kind === 'tts').map(({id}) => id)
  const others = models.filter(({kind}) => kind !== 'tts').map(({id}) => id)
  const more = voices.length > 3 ? [`and ${voices.length - 3} voices more`] : []
  return [...others, ...voices.slice(0, 3), ...more].join(', ') || 'none'
}

/** What `essence bench` says at its end. */
export const benchSummaryLines = (
  report: BenchReport,
  {page, room = 80, stream = process.stdout}: SummaryOptions = {},
): string[] => {
  const {partial, startUp, turn, concurrency, memory, fits, line} = report
  const runnable = fits.filter(({realTime, fitsMemory}) => realTime && fitsMemory)
  const levels = concurrency.map(({level, turnsPerSecond}) => `${level}: ${threeFigures(turnsPerSecond)}/s`)
  const engines = engineRows(report)
  return [
    ...(partial === undefined
      ? []
      : [styleText(['bold', 'yellow'], 'PARTIAL', {stream}), ...wrapWords(`Ended early: ${partial}`, room)]),
    ...(startUp.length === 0
      ? []
      : wrapWords(`Start-up: ${startUp.map(({part, ms}) => `${part} ${readableMs(ms)}`).join('; ')}`, room)),
    ...(engines.length === 0
      ? []
      : table(
          [{title: 'Alone'}, {title: 'p50 / p95', align: 'right'}, {title: ''}, {title: 'Model', min: 10}],
          engines,
          room,
        )),
    ...(turn ? wrapWords(`A turn, p50 / p95: ${stageLine(turn.stages)}`, room) : []),
    ...(levels.length === 0 ? [] : wrapWords(`Turns at once: ${levels.join(', ')}`, room)),
    ...wrapWords(
      `Memory: ${readableBytes(memory.peakBytes)}${memory.gpuBytes === undefined ? '' : `, of the GPU ${readableBytes(memory.gpuBytes)}`}`,
      room,
    ),
    ...(fits.length === 0 ? [] : wrapWords(`In real time here: ${namesOf(runnable)}`, room)),
    ...(page === undefined ? [] : [`Report: ${page}`]),
    // One line, however long: it is there to be copied.
    line,
  ]
}
