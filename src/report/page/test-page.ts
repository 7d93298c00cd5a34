import {percent, readableMs} from '../figures.ts'
import type {RoundTrip, TestReport} from '../test-report.ts'
import {accuracyView, histogramTable, sides} from './accuracy.ts'
import {type AudioByPath, casesView} from './cases.ts'
import {type Chart, openCharts} from './chart.ts'
import {conversationsView} from './conversations.ts'
import {htmlDocument} from './document.ts'
import {type Html, html} from './html.ts'
import {stageChart, stageLegend, stageTable} from './quantile-chart.ts'
import {digest, engineCells, facts, machineView, runView} from './run-view.ts'
import {table} from './table.ts'
import {tile, tiles, verdictView} from './verdict.ts'

const titles = {
  mock: 'Test of every connection',
  stt_tts_roundtrip: 'Round trip of speech',
  conversation: 'Live conversation',
}

const summaryTiles = ({input, output, cases}: RoundTrip): Html =>
  html`<div class="pair">${sides.map(side => {
    const {all} = {input, output}[side]
    return html`<section aria-labelledby="sum-${side}"><h3 id="sum-${side}">${side === 'input' ? 'Input' : 'Output'}</h3>${tiles(
      [
        tile('WER', percent(all.wer), `95 %: ${(all.werLow * 100).toFixed(1)}–${(all.werHigh * 100).toFixed(1)}`),
        tile('CER', percent(all.cer)),
        tile('Exact', percent(all.exact)),
        tile('Similarity', percent(all.similarity), 'mean'),
        tile('Similar', percent(all.similar), 'at 0.8 or more'),
        tile('Cases', String(all.cases), all.failed > 0 ? `${all.failed} of them failed` : `of ${cases.length}`),
      ],
    )}</section>`
  })}</div>`

const roundTripView = (roundTrip: RoundTrip, draw: (chart: Chart) => Html, audio: AudioByPath): Html => {
  const {dataset, concurrency, voice, thresholds, stages} = roundTrip
  return html`
${summaryTiles(roundTrip)}
<section aria-labelledby="accuracy"><h2 id="accuracy">Words wrong, by length</h2>
<p class="note">Thresholds: ${thresholds.row}; at most ${percent(thresholds.failed)} of the cases may fail.</p>
${sides.map(side => accuracyView(roundTrip, side, draw))}
<p class="note">Dot: WER. Bar: its 95 % confidence interval. Stroke: what is allowed.</p>
<details><summary>How many cases have which WER</summary>${histogramTable(roundTrip)}</details></section>
${stagesView(stages, draw)}
<section aria-labelledby="dataset"><h2 id="dataset">Data</h2>${facts([
    ['Set', `${dataset.name}, ${dataset.phrases} phrases`],
    ['From', dataset.source],
    ['Seed', dataset.seed],
    ['SHA-256', digest(dataset.sha256)],
    ['Voice', voice],
    ['At once', concurrency],
  ])}</section>
${casesView(roundTrip, audio)}`
}

const stagesView = (stages: RoundTrip['stages'], draw: (chart: Chart) => Html): Html =>
  Object.keys(stages).length === 0
    ? html``
    : html`<section aria-labelledby="stages"><h2 id="stages">Time by stage</h2>
<div class="charts">${draw(stageChart(stages))}${stageTable(stages)}</div>${stageLegend}</section>`

const checksView = ({checks}: TestReport): Html =>
  checks.length === 0
    ? html``
    : html`<section aria-labelledby="checks"><h2 id="checks">Checks</h2>${table({
        caption: `${checks.filter(({ok}) => ok).length} of ${checks.length} passed`,
        columns: ['What was reached', 'Service', '', 'Why not', '#took'],
        // What failed comes first.
        rows: checks
          .toSorted((a, b) => Number(a.ok) - Number(b.ok))
          .map(({service, name, ok, ms, detail}) => [
            name,
            service,
            ok ? 'passed' : html`<strong class="bad">failed</strong>`,
            detail,
            readableMs(ms),
          ]),
      })}</section>`

const servicesView = ({services}: TestReport): Html => html`
<section aria-labelledby="services"><h2 id="services">Services</h2>${table({
  caption: 'What ran, and why',
  columns: ['Service', 'Mode', 'Because of', '#start', 'Address', 'Engine', 'Model', 'Device', 'Files, SHA-256'],
  rows: services.map(({name, mode, why, running, startMs, url, engine}) => [
    name,
    mode,
    why,
    running ? 'ran already' : startMs === undefined ? '' : readableMs(startMs),
    url,
    ...(engine ? engineCells(engine) : []),
  ]),
})}</section>`

/**
 * The page of a test: one HTML document that needs no network.
 * @param audio the kept audio, as data URIs by its path in the report
 */
export const testPage = async (
  report: TestReport,
  {audio = new Map()}: {audio?: AudioByPath | undefined} = {},
): Promise<string> => {
  const draw = await openCharts()
  const {mode, passed, reasons, partial, roundTrip, conversations} = report
  const title = titles[mode]
  // A part that went well is no pass.
  const outcome = passed ? (partial === undefined ? 'passed' : 'measured') : 'failed'
  return htmlDocument(
    `${title}: ${[...(partial === undefined ? [] : ['partial']), ...(outcome === 'measured' ? [] : [outcome])].join(', ')}`,
    html`${verdictView({title, outcome, reasons, partial})}
${checksView(report)}
${roundTrip ? roundTripView(roundTrip, draw, audio) : html``}
${conversations ? conversationsView(conversations) : html``}
${servicesView(report)}
${machineView(report.machine)}
${runView(report)}`,
  )
}
