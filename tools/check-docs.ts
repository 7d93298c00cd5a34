// What a page holds to: one task in under 800 words, no table wider than 120 columns, and no file that is not there.
import {globSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'

const root = join(import.meta.dirname, '..')
const limits = {words: 800, columns: 120}
/** As long as what they are made from. */
const generated = new Set(['docs/commands.md', 'docs/configuration.md', 'docs/exit-codes.md'])

interface Page {
  name: string
  lines: string[]
}

/** Whatever has a letter or a digit is a word, in examples, too. */
const wordsOf = ({lines}: Page): number =>
  lines.flatMap(line => line.split(/\s+/)).filter(word => /[\p{L}\p{N}]/u.test(word)).length

/** Reasons may take longer than tasks. */
const isTask = ({name}: Page): boolean => dirname(name) === 'docs' && !generated.has(name)

const tooLong = (page: Page): string[] => {
  const words = wordsOf(page)
  return isTask(page) && words >= limits.words
    ? [`${page.name}: ${words} words; a page has fewer than ${limits.words}`]
    : []
}

const tooWide = ({name, lines}: Page): string[] =>
  lines.flatMap((line, index) =>
    /^\s*\|/.test(line) && [...line].length > limits.columns
      ? [`${name}:${index + 1}: a table of ${[...line].length} columns; up to ${limits.columns}, or a list`]
      : [],
  )

const inRoom = /`((?:bench|bin|commands|docs|plugins|proto|src|templates|test|tools)\/[^`\s]*)`/g
const relativeLink = /\]\(([^)#:]+)(?:#[^)]*)?\)/g

/** Paths from the root: those in code spans, also as patterns, and those of links. Of `a/<name>/b.ts` it is `a/`. */
const pathsIn = (name: string, line: string): string[] => [
  ...[...line.matchAll(inRoom)].map(([, path = '']) => path.replace(/<.*/, '')),
  ...[...line.matchAll(relativeLink)].map(([, path = '']) => join(dirname(name), path)),
]

const missing = ({name, lines}: Page): string[] =>
  lines.flatMap((line, index) =>
    pathsIn(name, line)
      .filter(path => globSync(path, {cwd: root}).length === 0)
      .map(path => `${name}:${index + 1}: there is no ${path}`),
  )

const pages = globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md'], {cwd: root})
  .sort()
  .map(name => ({name, lines: readFileSync(join(root, name), 'utf8').split('\n')}))
const faults = pages.flatMap(page => [...tooLong(page), ...tooWide(page), ...missing(page)])
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
