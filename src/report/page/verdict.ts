import {type Html, html} from './html.ts'

export interface Verdict {
  title: string
  /** What came out, in a word or two. */
  outcome: 'passed' | 'failed' | 'measured'
  reasons: readonly string[]
  /** Why the run ended early. */
  partial: string | undefined
}

const outcomes = {passed: '✓ Passed', failed: '✗ Failed', measured: ''}

/** What comes before everything else. */
export const verdictView = ({title, outcome, reasons, partial}: Verdict): Html => html`
<h1>${title}</h1>
${partial === undefined ? '' : html`<p class="banner warn"><strong>Partial.</strong> The run ended early: ${partial} What follows is of the part that was done.</p>`}
${
  outcome === 'measured'
    ? ''
    : html`<div class="banner ${outcome}"><p><strong>${outcomes[outcome]}</strong></p>${
        reasons.length === 0 ? '' : html`<ul>${reasons.map(reason => html`<li>${reason}</li>`)}</ul>`
      }</div>`
}`

/** A figure to see at a glance. */
export const tile = (name: string, value: string, note = ''): Html =>
  html`<div><dt>${name}</dt><dd><b>${value}</b>${note === '' ? '' : html` <span class="note">${note}</span>`}</dd></div>`

export const tiles = (all: readonly Html[]): Html => html`<dl class="tiles">${all}</dl>`
