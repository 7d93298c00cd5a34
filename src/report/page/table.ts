import {type Html, html} from './html.ts'

type Cell = Html | string | number | undefined

export interface TableOptions {
  /** What it shows; spoken with the table, and above it. */
  caption: string
  /** A title that begins with `#` is of a column of figures. */
  columns: readonly string[]
  /** The first cell of a row names it. */
  rows: readonly (readonly Cell[])[]
}

const isFigure = (title = ''): boolean => title.startsWith('#')
const alignment = (title?: string): Html | undefined => (isFigure(title) ? html` class="figure"` : undefined)

/** A table within a box that scrolls by itself, also by keyboard, where the page is narrow. */
export const table = ({caption, columns, rows}: TableOptions): Html => html`
<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${columns.map(title => html`<th scope="col"${alignment(title)}>${title.replace(/^#/, '')}</th>`)}</tr></thead>
<tbody>${rows.map(
  ([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map(
    (cell, at) => html`<td${alignment(columns[at + 1])}>${cell}</td>`,
  )}</tr>
`,
)}</tbody></table></div>`
