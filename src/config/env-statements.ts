/** What stands on a line of an environment file, or on several where a quoted value goes on. */
export type EnvStatement = {
  /** Index of its first line. */
  first: number
  /** Index of its last line. */
  last: number
} & (
  | {kind: 'assignment'; name: string; blank: string; raw: string}
  /** Its quotation mark is never closed: the lines after it cannot be trusted. */
  | {kind: 'unclosed'}
  /** No assignment, and not read. */
  | {kind: 'skipped'}
)

const assignment = /^\s*(?:export\s+)?([A-Za-z_]\w*)(\s*)=(.*)$/
/** Common in files made to be sourced, and without meaning for us. */
const harmless = /^(set\s+[-+]\w+|export(\s+\w+)+)?\s*(#.*)?$/
const opening = /^\s*(["'])(.*)$/

/** A byte order mark, which is no part of the first name. */
export const byteOrderMark = /^\uFEFF/

/** What ends a line. */
export const lineEnd = /\r\n|\n|\r/

/** The statements of an environment file, in order; without comments and what has no meaning for us. @param lines without a byte order mark */
export function* envStatements(lines: readonly string[]): Generator<EnvStatement> {
  for (let first = 0; first < lines.length; first++) {
    const [, name, blank = '', start = ''] = assignment.exec(lines[first] ?? '') ?? []
    if (name === undefined) {
      if (!harmless.test((lines[first] ?? '').trim())) yield {kind: 'skipped', first, last: first}
      continue
    }
    const [, quote, rest = ''] = opening.exec(start) ?? []
    if (quote === undefined || rest.includes(quote)) {
      yield {kind: 'assignment', name, blank, raw: start, first, last: first}
      continue
    }
    let last = first + 1
    while (last < lines.length && !lines[last]?.includes(quote)) last++
    if (last === lines.length) {
      yield {kind: 'unclosed', first, last: first}
      continue
    }
    const raw = [start, ...lines.slice(first + 1, last + 1)].join('\n')
    yield {kind: 'assignment', name, blank, raw, first, last}
    first = last
  }
}

/** A value in quotation marks, with the blanks before it. */
export const quoted = /^\s*(?:"[^"]*"|'[^']*')/
