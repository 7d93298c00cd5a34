import {readableBytes} from '../../kit/byte-size.ts'
import type {BenchReport} from '../bench-report.ts'
import {quantileNames, readableMs, threeFigures} from '../figures.ts'
import type {EngineReport, Quantiles} from '../run.ts'
import {openCharts} from './chart.ts'
import {latencyChart, throughputChart} from './concurrency-chart.ts'
import {htmlDocument} from './document.ts'
import {type Html, html} from './html.ts'
import {stageChart, stageLegend, stageTable} from './quantile-chart.ts'
import {engineCells, machineView, runView} from './run-view.ts'
import {table} from './table.ts'
import {tile, tiles, verdictView} from './verdict.ts'

const quantileColumns = quantileNames.map(name => `#${name}`)

const quantiles = (of: Quantiles, show: (value: number) => string = threeFigures): string[] =>
  quantileNames.map(name => show(of[name]))

const startUpView = ({startUp, memory}: BenchReport): Html => html`
<section aria-labelledby="start-up"><h2 id="start-up">Start-up and memory</h2>${table({
  caption: 'Opening each engine',
  columns: ['Engine', '#took', '#memory added'],
  rows: startUp.map(({part, ms, memoryBytes}) => [part, readableMs(ms), readableBytes(memoryBytes)]),
})}${tiles([
  tile('Memory, peak', readableBytes(memory.peakBytes)),
  ...(memory.gpuBytes === undefined ? [] : [tile('GPU memory', readableBytes(memory.gpuBytes))]),
])}</section>`

const enginesView = ({engines: {stt, llm, tts}}: BenchReport): Html => {
  const measured: (readonly [string, number, string[]])[] = [
    ...(stt?.utterances.map(
      ({audioMs, runs, rtf}) => [`recognition of ${readableMs(audioMs)}, RTF`, runs, quantiles(rtf)] as const,
    ) ?? []),
    ...(llm
      ? [
          ['language model, first token (TTFT)', llm.runs, quantiles(llm.ttft, readableMs)] as const,
          ['language model, tokens/s', llm.runs, quantiles(llm.tokensPerSecond)] as const,
        ]
      : []),
    ...(tts
      ? [
          ['synthesis, first audio (TTFA)', tts.runs, quantiles(tts.ttfa, readableMs)] as const,
          ['synthesis, RTF', tts.runs, quantiles(tts.rtf)] as const,
        ]
      : []),
  ]
  const opened: [string, EngineReport | undefined][] = [
    ['recognition', stt],
    ['language model', llm],
    [`synthesis${tts ? `, voice ${tts.voice}` : ''}`, tts],
  ]
  return html`<section aria-labelledby="engines"><h2 id="engines">Each engine alone</h2>${table({
    caption: 'Figures of each engine',
    columns: ['Figure', '#runs', ...quantileColumns],
    rows: measured.map(([name, runs, figures]) => [name, runs, ...figures]),
  })}<p class="note">RTF: time of the work by the duration of the audio; below 1 is faster than real time.</p>${table({
    caption: 'What they are',
    columns: ['Part', 'Engine', 'Model', 'Device', 'Files, SHA-256'],
    rows: opened.flatMap(([part, engine]) => (engine ? [[part, ...engineCells(engine)]] : [])),
  })}</section>`
}

const fitsView = ({fits}: BenchReport): Html =>
  fits.length === 0
    ? html``
    : html`<section aria-labelledby="fits"><h2 id="fits">Models this machine can run in real time</h2>${table({
        caption: `${fits.filter(({realTime, fitsMemory}) => realTime && fitsMemory).length} of ${fits.length} models`,
        columns: ['Model', 'Kind', 'Real time', 'Fits memory', '#Figure', 'Known from'],
        rows: fits.map(({id, kind, realTime, fitsMemory, figure, unit, basis}) => [
          id,
          kind,
          realTime ? html`<span class="good">yes</span>` : html`<strong class="bad">no</strong>`,
          fitsMemory ? html`<span class="good">yes</span>` : html`<strong class="bad">no</strong>`,
          `${threeFigures(figure)} ${unit}`,
          basis === 'measured' ? 'measured' : 'estimated from what ran',
        ]),
      })}</section>`

/** The page of a benchmark: one HTML document that needs no network. */
export const benchPage = async (report: BenchReport): Promise<string> => {
  const draw = await openCharts()
  const {turn, concurrency, line, partial} = report
  const title = 'What a turn costs on this machine'
  return htmlDocument(
    partial === undefined ? title : `${title}: partial`,
    html`${verdictView({title, outcome: 'measured', reasons: [], partial})}
<p>For a bug report:</p><pre>${line}</pre>
${
  turn
    ? html`<section aria-labelledby="turn"><h2 id="turn">A whole turn</h2>
<div class="charts">${draw(stageChart(turn.stages))}${stageTable(turn.stages)}</div>${stageLegend}<p class="note">${turn.runs} turns.</p></section>`
    : html``
}
${enginesView(report)}
${
  concurrency.length > 0
    ? html`<section aria-labelledby="at-once"><h2 id="at-once">Turns at once</h2>
<div class="charts">${draw(throughputChart(concurrency))}${draw(latencyChart(concurrency))}</div>${table({
        caption: 'By turns at once',
        columns: [
          'At once',
          '#turns',
          '#failed',
          '#turns/s',
          '#TTFA p50',
          '#TTFA p95',
          '#total p50',
          '#total p95',
          '#total max',
        ],
        rows: concurrency.map(({level, turns, failed, turnsPerSecond, ttfa, total}) => [
          level,
          turns,
          failed,
          threeFigures(turnsPerSecond),
          ...[ttfa.p50, ttfa.p95, total.p50, total.p95, total.max].map(readableMs),
        ]),
      })}</section>`
    : html``
}
${startUpView(report)}
${fitsView(report)}
${machineView(report.machine)}
${runView(report)}`,
  )
}
