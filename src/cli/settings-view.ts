import {styleText} from 'node:util'
import {type SettingRow, shownValue} from '../config/describe.ts'

const valueWidth = 32

/** The settings as a table, under the headings of their groups. */
export const settingLines = (rows: readonly SettingRow[], stream: NodeJS.WriteStream = process.stdout): string[] => {
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(({name}) => name.length))
  const line = (name: string, value: string, from: string): string =>
    `${name.padEnd(width)}  ${value.padEnd(valueWidth)}  ${from}`
  return [
    line('SETTING', 'VALUE', 'FROM'),
    ...[...Map.groupBy(rows, ({group}) => group)].flatMap(([heading, group]) => [
      '',
      styleText('bold', heading, {stream}),
      ...group.map(row => line(row.name, shownValue(row), row.origin)),
    ]),
  ]
}

/** One setting, with what it means. */
export const explanationLines = (row: SettingRow): string[] => {
  const facts = {
    [row.name]: shownValue(row) || '(unset)',
    origin: row.origin,
    default: row.default ?? '(none)',
    expected: row.expected,
    meaning: row.help,
    'read by': row.planned ? 'nothing yet' : row.services.join(', ') || 'every service',
  }
  const width = Math.max(...Object.keys(facts).map(name => name.length))
  return Object.entries(facts).map(([name, fact]) => `${name.padEnd(width)}  ${fact}`)
}
