import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError} from '../../../kit/errors.ts'

/** Where a secret lies; never the secret. */
export interface FoundSecret {
  path: string
  line: number
  rule: string
}

/** What the services of June are given, and the kept scanner does not know. */
const ourRules: [rule: string, pattern: RegExp][] = [
  // Its address has letters right before it (/bot123456789:…), and it may end with a hyphen; neither is the edge of a word.
  ['telegram-bot-token', /(?<!\d)\d{8,10}:[\w-]{35}(?![\w-])/g],
  ['discord-bot-token', /\b[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/g],
]

/** A comment must not silence the scanner. The preset cannot be asked to leave this rule out, so its rules are taken one by one. */
const silencing = '@secretlint/secretlint-rule-filter-comments'

/** Rules and where they found something, as offsets in the text. */
const scanText = async (content: string): Promise<{rule: string; offset: number}[]> => {
  const [{lintSource}, {rules}] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ])
  const wanted = rules.filter(({meta}) => meta.id !== silencing).map(rule => ({id: rule.meta.id, rule}))
  const {messages} = await lintSource({
    source: {filePath: 'release.txt', content, contentType: 'text', ext: '.txt'},
    options: {config: {rules: wanted}},
  })
  return [
    ...messages.map(({ruleId, range}) => ({rule: ruleId.replace(/^.*secretlint-rule-/, ''), offset: range[0]})),
    ...ourRules.flatMap(([rule, pattern]) => [...content.matchAll(pattern)].map(({index}) => ({rule, offset: index}))),
  ]
}

interface Part {
  path: string
  text: string
  start: number
}

/** Texts joined to one: the scanner's own book-keeping makes it slow where it is called often (6 s for 460 files, not 0.3). */
const scanParts = async (parts: readonly Part[]): Promise<FoundSecret[]> => {
  const found = await scanText(parts.map(({text}) => text).join('\n'))
  return found.flatMap(({rule, offset}) => {
    const part = parts.findLast(({start}) => start <= offset)
    if (!part) return []
    return {path: part.path, line: part.text.slice(0, offset - part.start).split('\n').length, rule}
  })
}

/**
 * Looks for secrets in files of ours; packages of the registry are public already.
 * @param paths relative to `folder`
 * @throws SECRET_FOUND, which names files and rules, never a secret
 */
export const scanForSecrets = async (folder: string, paths: readonly string[], signal: AbortSignal): Promise<void> => {
  const parts: Part[] = []
  let start = 0
  for (const path of paths) {
    signal.throwIfAborted()
    const content = await readFile(join(folder, path))
    // Not text.
    if (content.subarray(0, 8192).includes(0)) continue
    const text = content.toString('utf8')
    parts.push({path, text, start})
    start += text.length + 1
  }
  const found = await scanParts(parts)
  if (found.length === 0) return
  const places = found.slice(0, 5).map(({path, line, rule}) => `${path}:${line} (${rule})`)
  const more = found.length > places.length ? ` and ${found.length - places.length} more` : ''
  throw new EssenceError(
    'SECRET_FOUND',
    `The release would hold what looks like a secret: ${places.join(', ')}${more}.`,
    {
      suggestions: [
        'Take it out of the sources, and put it into the environment file of the service (ENV_SH).',
        'Whoever saw the file may have it: make a new one, and let the old one be revoked.',
      ],
    },
  )
}
