import type {AlignedWord} from '../test-report.ts'
import {type Html, html} from './html.ts'

const unseen = (text: string): Html => html`<span class="unseen">${text}</span>`

const change = ({said, heard}: AlignedWord): Html => {
  if (heard === undefined) return html`<del>${unseen('left out: ')}${said}</del>`
  if (said === undefined) return html`<ins>${unseen('put in: ')}${heard}</ins>`
  if (said === heard) return html`${said}`
  return html`<span class="sub"><del>${unseen('instead of: ')}${said}</del> <ins>${unseen('heard: ')}${heard}</ins></span>`
}

/** What was heard against what was said, word by word: struck out what is missing, underlined what was put in, in brackets what was taken for something else. */
export const wordDiff = (words: readonly AlignedWord[]): Html =>
  html`<p class="diff">${words.map((word, at) => html`${at === 0 ? '' : ' '}${change(word)}`)}</p>`

export const diffLegend: Html = html`<p class="note">Words are compared after normalisation:
<span class="diff"><del>left out</del>, <ins>put in</ins>, <span class="sub"><del>said</del> <ins>heard instead</ins></span></span>.</p>`
