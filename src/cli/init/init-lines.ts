import {readableBytes} from '../../kit/byte-size.ts'
import {displayWidth} from '../../kit/display-width.ts'
import {asTyped} from '../as-typed.ts'
import {table, wrapWords} from '../table.ts'
import type {AnswerRow} from './answer-steps.ts'
import type {ModelsAnswer} from './choose-models.ts'

const shownValue = ({state, value, secret}: AnswerRow): string => {
  if (state === 'left out') return ''
  return secret ? 'set' : (value ?? '')
}

const columns = [{title: ''}, {title: ''}, {title: ''}, {title: '', min: 16}]

/** What became of each setting, as a table. @param room columns of the terminal */
export const answerLines = (rows: readonly AnswerRow[], room: number): string[] =>
  table(
    columns,
    rows.map(row => [
      row.state === 'left out' ? '–' : '✓',
      row.name,
      shownValue(row),
      [row.state, row.fact ?? []].flat().join(', '),
    ]),
    room,
  )

/** How to be asked again for what was left out; undefined where nothing was. */
export const leftOutLine = (rows: readonly AnswerRow[]): string | undefined => {
  const names = rows.flatMap(({name, state}) => (state === 'left out' ? name : []))
  if (names.length === 0) return undefined
  return `To be asked for what was left out: essence init --change ${names.join(' --change ')}`
}

/** What there is of models. */
export const modelsLine = ({profile, state, missingBytes, download}: ModelsAnswer): string => {
  if (state === 'own') return 'Models: those that are installed, or that the settings name.'
  if (state === 'none') return 'Models: none; June is a demonstration. For real ones: essence models download --all'
  if (state === 'installed') return `Models: ${profile}, all here.`
  const size = readableBytes(missingBytes)
  return download
    ? `Models: ${profile}, ${size} to download.`
    : `Models: ${profile}, ${size} not here yet; essence up downloads them, or now: essence models download --all`
}

/**
 * A text whose lines fit, broken between words; a table is as it is.
 * @param room columns of the terminal
 * @param name as `asTyped` has it: longer than the plain one
 */
export const fitted = (text: string, room: number, name?: string): string =>
  asTyped(text, name)
    .split('\n')
    .flatMap(line => (displayWidth(line) <= room ? [line] : wrapWords(line, room)))
    .join('\n')

/** The file, and what became of it. */
export const fileLine = (path: string, written: 'created' | 'changed' | 'unchanged'): string => {
  if (written === 'unchanged') return `All is set in ${path}`
  return `${written === 'created' ? 'Written' : 'Changed'}: ${path}`
}
