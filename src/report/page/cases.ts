import {percent, readableMs} from '../figures.ts'
import type {Conversion, RoundTrip, TestCase} from '../test-report.ts'
import {conversionWer, type Side, sides} from './accuracy.ts'
import {diffLegend, wordDiff} from './diff.ts'
import {type Html, html} from './html.ts'

/** Data URIs by the path of the audio in the folder of the report. */
export type AudioByPath = ReadonlyMap<string, string>

/** So many are open to see; the rest is folded away, so many at a time. */
const shown = 50
const folded = 250

/** How bad a case is: those without a result first, then by the worse of its two conversions. */
const badness = ({failure, input, output}: TestCase): number =>
  failure === undefined
    ? Math.max(0, ...[input, output].flatMap(each => (each ? conversionWer(each) : [])))
    : Number.POSITIVE_INFINITY

/** The worst first; of equal ones, as they were run. */
export const worstFirst = (cases: readonly TestCase[]): TestCase[] =>
  cases
    .map(each => ({each, bad: badness(each)}))
    .toSorted((a, b) => (a.bad === b.bad ? 0 : b.bad - a.bad))
    .map(({each}) => each)

const verdict = (each: TestCase): Html => {
  if (each.failure !== undefined) return html`<strong class="bad">failed</strong>`
  const wer = badness(each)
  return wer === 0 ? html`<span class="good">right</span>` : html`<strong>WER ${percent(wer, 0)}</strong>`
}

const conversionView = (conversion: Conversion): Html => {
  const {said, heard, exact, words, wordErrors, diff} = conversion
  const result =
    wordErrors === 0
      ? html`<dt>Heard</dt><dd class="good">${exact ? 'the same' : 'the same words'}</dd>`
      : html`<dt>Heard</dt><dd>${heard === '' ? html`<em>nothing</em>` : heard}</dd>
<dt>Words</dt><dd>${wordDiff(diff)}<p class="note">${wordErrors} of ${words} wrong (${percent(conversionWer(conversion), 0)})</p></dd>`
  return html`<dl><dt>Said</dt><dd>${said}</dd>${result}</dl>`
}

const player = (label: string, uri: string | undefined): Html =>
  uri === undefined ? html`` : html`<audio controls preload="none" src="${uri}" aria-label="${label}"></audio>`

const sideView = (each: TestCase, side: Side, audio: AudioByPath): Html => {
  const {[side]: conversion, id} = each
  const path = each.audio?.[side]
  const sound = player(`${side} of case ${id}`, path === undefined ? undefined : audio.get(path))
  if (!conversion && sound.html === '') return html``
  return html`<div><h4>${side}</h4>${sound}${conversion && conversionView(conversion)}</div>`
}

const caseView = (each: TestCase, audio: AudioByPath): Html => html`<li>
<h3>${verdict(each)} <span class="note">${each.id} · ${each.lengthClass}</span></h3>
${each.failure === undefined ? '' : html`<p class="bad">${each.failure}</p>`}
${each.input ? '' : html`<p>${each.text}</p>`}
<div class="sides">${sides.map(side => sideView(each, side, audio))}</div>
<p class="note">${Object.entries(each.times)
  .map(([stage, ms]) => `${stage} ${readableMs(ms)}`)
  .join(' · ')}</p></li>
`

/** Every case, the worst first. */
export const casesView = ({cases}: RoundTrip, audio: AudioByPath): Html => {
  const ordered = worstFirst(cases)
  const list = (from: number, to: number): Html =>
    html`<ol class="cases" start="${from + 1}">${ordered.slice(from, to).map(each => caseView(each, audio))}</ol>`
  const starts = Array.from(
    {length: Math.ceil(Math.max(0, ordered.length - shown) / folded)},
    (_, at) => shown + at * folded,
  )
  return html`<section aria-labelledby="cases"><h2 id="cases">Cases, the worst first</h2>${diffLegend}
${list(0, shown)}
${starts.map(from => {
  const to = Math.min(from + folded, ordered.length)
  return html`<details><summary>Cases ${from + 1} to ${to} of ${ordered.length}</summary>${list(from, to)}</details>`
})}</section>`
}
