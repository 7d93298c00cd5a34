import {displayWidth, padColumns} from '@essence/core/kit/display-width'

/** Lines between bars, of which the second one says that it is a table: https://github.github.com/gfm/#tables-extension- */
const table = /^ {0,3}\|?.*\|.*\n {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*(?:\n.*\|.*)*/gm

const codeBlock = /^ {0,3}```[\s\S]*?(?:^ {0,3}```[ \t]*$|$(?![\s\S]))/gm

/** Discord shows no tables: they become blocks of code, their columns set below each other. */
export const tablesAsCode = (text: string): string => {
  let shown = ''
  let from = 0
  for (const block of text.matchAll(codeBlock)) {
    shown += text.slice(from, block.index).replace(table, asCode) + block[0]
    from = block.index + block[0].length
  }
  return shown + text.slice(from).replace(table, asCode)
}

const asCode = (lines: string): string => {
  const [head = [], , ...rows] = lines.split('\n').map(cellsOf)
  const all = [head, ...rows]
  const columns = Math.max(...all.map(row => row.length))
  const widths = Array.from({length: columns}, (_, column) =>
    Math.max(...all.map(row => displayWidth(row[column] ?? ''))),
  )
  const lineOf = (row: string[]): string =>
    widths
      .map((width, column) => padColumns(row[column] ?? '', width))
      .join('  ')
      .trimEnd()
  const rule = widths.map(width => '-'.repeat(width)).join('  ')
  return ['```', lineOf(head), rule, ...rows.map(lineOf), '```'].join('\n')
}

/** Cells of a line; marks would stand in the code as they are. */
const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map(cell =>
      cell
        .replaceAll('\\|', '|')
        .replace(/(\*\*|__|`)(.*?)\1/g, '$2')
        .trim(),
    )
