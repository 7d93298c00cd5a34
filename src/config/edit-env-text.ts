import {assignedValue} from './env-file.ts'
import {byteOrderMark, type EnvStatement, envStatements, quoted} from './env-statements.ts'

/** What an environment file is to say of variables, by their names: a word without quotation marks, or nothing at all. */
export type EnvChanges = Readonly<Record<string, string | undefined>>

type Assigned = Extract<EnvStatement, {kind: 'assignment'}>

/**
 * Sets variables in the text of an environment file, and takes out others. Every other line stays as it is, comments, order and ends of
 * lines, too; so does a variable that has its value already. A new one goes to the end. No quotation mark may be left open.
 */
export const editEnvText = (text: string, changes: EnvChanges): string => {
  const mark = byteOrderMark.exec(text)?.[0] ?? ''
  const rows: string[] = text.slice(mark.length).match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? []
  const lines = rows.map(row => row.replace(/[\r\n]+$/, ''))
  const end = /[\r\n]+$/.exec(rows[0] ?? '')?.[0] ?? '\n'
  const ours = [...envStatements(lines)].filter(
    (statement): statement is Assigned => statement.kind === 'assignment' && Object.hasOwn(changes, statement.name),
  )
  // The last one counts, for us and for a shell.
  const counting = new Map(ours.map(statement => [statement.name, statement]))
  for (const statement of ours) {
    const {name, raw, first, last} = statement
    const value = changes[name]
    const counts = counting.get(name) === statement
    if (counts && value !== undefined && value === assignedValue(name, raw)) continue
    const eol = rows[last]?.slice(lines[last]?.length) ?? ''
    rows.fill('', first, last + 1)
    if (counts && value !== undefined) rows[first] = `${beforeValue(lines[first] ?? '')}${value}${commentOf(raw)}${eol}`
  }
  const kept = rows.join('')
  const added = Object.entries(changes)
    .filter(([name, value]) => value !== undefined && !counting.has(name))
    .map(([name, value]) => `${name}=${value}${end}`)
  const gap = added.length > 0 && kept !== '' && !/[\r\n]$/.test(kept) ? end : ''
  return mark + kept + gap + added.join('')
}

/** `export NAME=` */
const beforeValue = (line: string): string => line.slice(0, line.indexOf('=') + 1)

/** What stands behind a value: ` # a comment`. */
const commentOf = (raw: string): string => /(?<!\s)\s+#.*$/.exec(raw.replace(quoted, ''))?.[0] ?? ''
