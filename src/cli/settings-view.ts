import {styleText} from 'node:util'
import {type SettingRow, shownValue} from '../config/describe.ts'
import {displayWidth} from '../kit/display-width.ts'
import {wrapWords} from './table.ts'

const valueWidth = 32

/**
 * The settings as a table, under the headings of their groups; what is unset of a group in one line.
 * @param room columns of the terminal
 */
export const settingLines = (
  rows: readonly SettingRow[],
  room: number,
  stream: NodeJS.WriteStream = process.stdout,
): string[] => {
  if (rows.length === 0) return []
  const isUnset = (row: SettingRow): boolean => row.origin === 'unset' && shownValue(row) === ''
  const width = Math.max('SETTING'.length, ...rows.filter(row => !isUnset(row)).map(({name}) => name.length))
  /** What does not fit stands below: a value that is cut off could not be copied. */
  const line = (name: string, value: string, from: string): string[] => {
    const whole = `${name.padEnd(width)}  ${value.padEnd(valueWidth)}  ${from}`
    if (displayWidth(whole) <= room) return [whole]
    const first = `${name.padEnd(width)}  ${value}`
    const indent = ' '.repeat(Math.max(0, Math.min(width + valueWidth + 4, room - displayWidth(from))))
    return displayWidth(first) <= room ? [first, indent + from] : [name, `  ${value}`, indent + from]
  }
  const unset = (names: string[]): string[] =>
    names.length === 0
      ? []
      : wrapWords(`unset: ${names.join(', ')}`, room - 2).map((text, at) => (at > 0 ? '  ' : '') + text)
  return [
    ...line('SETTING', 'VALUE', 'FROM'),
    ...[...Map.groupBy(rows, ({group}) => group)].flatMap(([heading, group]) => [
      '',
      styleText('bold', heading, {stream}),
      ...group.filter(row => !isUnset(row)).flatMap(row => line(row.name, shownValue(row), row.origin)),
      ...unset(group.filter(isUnset).map(({name}) => name)),
    ]),
  ]
}

/** One setting, with what it means. */
export const explanationLines = (row: SettingRow, room: number): string[] => {
  const facts = {
    [row.name]: shownValue(row) || '(unset)',
    origin: row.origin,
    default: row.default ?? '(none)',
    expected: row.expected,
    meaning: row.help,
    'read by': row.planned ? 'nothing yet' : row.services.join(', ') || 'every service',
  }
  const width = Math.max(...Object.keys(facts).map(name => name.length))
  const indent = ' '.repeat(width + 2)
  return Object.entries(facts).map(
    ([name, fact]) => `${name.padEnd(width)}  ${wrapWords(fact, room - indent.length).join(`\n${indent}`)}`,
  )
}
