import {displayWidth, fitStart, padColumns} from '../kit/display-width.ts'

export interface Column {
  title: string
  align?: 'left' | 'right'
  /** It may be shortened to so many columns, between words. One column of a table at most. */
  min?: number
}

/** Spaces between columns. */
const gap = 2

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

/**
 * Lines for people, each column as wide as its widest cell. Where there is no room for all, the last columns are left out.
 * @param rows cells; a text is a line of its own, a heading
 * @param room columns of the terminal
 */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly string[] | string)[],
  room: number,
): string[] => {
  const cells = rows.filter(row => typeof row !== 'string')
  const natural = columns.map(({title}, at) =>
    Math.max(displayWidth(title), ...cells.map(row => displayWidth(row[at] ?? ''))),
  )
  const least = columns.map(({min}, at) => Math.min(natural[at] ?? 0, min ?? Number.POSITIVE_INFINITY))
  const widthOf = (count: number): number => sum(least.slice(0, count)) + gap * (count - 1)
  let shown = columns.length
  while (shown > 1 && widthOf(shown) > room) shown--
  const spare = Math.max(0, room - widthOf(shown))
  const widths = least.slice(0, shown).map((width, at) => Math.min(natural[at] ?? 0, width + spare))
  const line = (row: readonly string[]): string => {
    const padded = widths.map((width, at) => {
      const cell = fitWords(row[at] ?? '', width)
      return columns[at]?.align === 'right'
        ? ' '.repeat(Math.max(0, width - displayWidth(cell))) + cell
        : padColumns(cell, width)
    })
    return fitStart(padded.join(' '.repeat(gap)).trimEnd(), room)
  }
  const header = columns.some(({title}) => title !== '') ? [line(columns.map(({title}) => title))] : []
  return [...header, ...rows.map(row => (typeof row === 'string' ? row : line(row)))]
}

/** As many words of a text as fit, with `…` where some are left out. */
const fitWords = (text: string, columns: number): string => {
  if (displayWidth(text) <= columns) return text
  const words = text.split(' ')
  while (words.length > 1 && displayWidth(words.join(' ')) + 2 > columns) words.pop()
  return words.length > 1 || displayWidth(text.split(' ')[0] ?? '') + 2 <= columns
    ? `${words.join(' ')} …`
    : fitStart(text, columns)
}

/** A text in lines that fit, broken between words. */
export const wrapWords = (text: string, room: number): string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && displayWidth(last) + 1 + displayWidth(word) <= room) lines[lines.length - 1] += ` ${word}`
    else lines.push(word)
  }
  return lines
}

/** Columns of a terminal; no bound elsewhere. */
export const columnsOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY

/** Columns of where results go; 80 where that is no terminal. */
export const resultColumns = (): number => process.stdout.columns || 80
