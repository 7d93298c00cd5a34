import {nearest} from '../kit/nearest.ts'
import type {Variables} from './declaration.ts'
import {describeOrigin} from './origin.ts'
import {retired} from './schema.ts'
import type {Findings} from './sources.ts'

/** Passwords that stand in examples everybody can read. */
const publishedPasswords: ReadonlySet<string> = new Set(['changeme', 'admin', 'password', 'postgres', 'minioadmin'])

/** Lines of one kind; a file that was written for other programs has dozens. */
const maxLines = 5

const firstOf = (lines: readonly string[], more: (count: number) => string): string[] =>
  lines.length > maxLines ? [...lines.slice(0, maxLines), more(lines.length - maxLines)] : [...lines]

/** What the environment file holds that has no effect. */
const fileWarnings = (variables: Variables, file: Findings['file']): string[] => {
  if (!file) return []
  const {path, assignments, skipped} = file
  const skippedLines = skipped.map(line => `${path}:${line}: not of the form NAME=value; not read`)
  return [
    ...firstOf(skippedLines, count => `${path}: ${count} more lines are not of the form NAME=value`),
    ...[...assignments].flatMap(([name, {line}]) => {
      if (name === 'ENV_SH') return [`${path}:${line}: ENV_SH has no effect inside a file`]
      if (Object.hasOwn(variables, name)) return []
      if (Object.hasOwn(retired, name)) return [`${path}:${line}: ${name} has no effect: ${retired[name]}`]
      const meant = nearest(name, Object.keys(variables), 2)
      return meant ? [`${path}:${line}: ${name} is not a setting; did you mean ${meant}?`] : []
    }),
  ]
}

/** What people are told of values that are no mistake, one line each. */
export const warningsOf = (variables: Variables, {found, file}: Findings): string[] => {
  const values = [...found].map(([name, {value, origin, ambiguous}]) => {
    const {planned = false, secret = false} = variables[name] ?? {}
    return {name, place: describeOrigin(origin), ambiguous, planned, published: secret && publishedPasswords.has(value)}
  })
  const of = (which: 'ambiguous' | 'planned' | 'published', text: (name: string, place: string) => string): string[] =>
    values.filter(one => one[which]).map(({name, place}) => text(name, place))
  return [
    ...fileWarnings(variables, file),
    ...of('ambiguous', (name, place) => `${place}: a shell reads ${name} otherwise; write it as ${name}='…'`),
    ...firstOf(
      of('planned', (name, place) => `${name} (${place}) is set, but nothing reads it yet`),
      count => `${count} more variables are set that nothing reads yet; essence config names them`,
    ),
    ...of('published', (name, place) => `${name} (${place}) is a password everybody knows; set another`),
  ]
}
