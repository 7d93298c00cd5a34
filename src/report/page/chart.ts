import type {Markish, PlotOptions} from '@observablehq/plot'
import {type Html, html, printable, trusted} from './html.ts'

/** Loaded when a page is written: the library takes 0.3 s. */
const load = async () => {
  const [plot, {parseHTML}] = await Promise.all([import('@observablehq/plot'), import('linkedom')])
  return {plot, document: parseHTML('<!doctype html><html><body></body></html>').document}
}

type Plot = Awaited<ReturnType<typeof load>>['plot']

export interface Chart {
  title: string
  /** What is to be seen, in words: for those who do not see it. */
  description: string
  draw: (plot: Plot) => Omit<PlotOptions, 'marks'> & {marks: Markish[]}
}

/** As wide as the smallest phone has room for, so that its letters are never made smaller. */
const width = 320

/** Draws charts as SVG that needs no script and takes its colours from the page. */
export const openCharts = async (): Promise<(chart: Chart) => Html> => {
  const {plot, document} = await load()
  return ({title, description, draw}) => {
    const svg = plot.plot({document, width, className: 'plot', style: {fontSize: '12px'}, ...draw(plot)})
    // The page has the styles; and one picture is one thing to a screen reader, so its parts have no names.
    svg.querySelector('style')?.remove()
    for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label')
    return html`<figure><figcaption>${title}</figcaption><div role="img" aria-label="${description}">${trusted(printable(svg.outerHTML))}</div></figure>`
  }
}
