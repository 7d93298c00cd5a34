import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'

/** Where a secret lies; never the secret. */
export interface FoundSecret {
  path: string
  line: number
  rule: string
}

/** What the services of June are given, and the kept scanner does not know. */
const ourRules: [rule: string, pattern: RegExp][] = [
  ['telegram-bot-token', /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/g],
  ['discord-bot-token', /\b[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,38}\b/g],
]

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length

const scanText = async (path: string, content: string): Promise<FoundSecret[]> => {
  const [{lintSource}, {creator}] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ])
  const {messages} = await lintSource({
    source: {filePath: path, content, contentType: 'text', ext: ''},
    options: {config: {rules: [{id: '@secretlint/secretlint-rule-preset-recommend', rule: creator}]}},
  })
  return [
    ...messages.map(({ruleId, loc}) => ({path, line: loc.start.line, rule: ruleId.replace(/^.*secretlint-rule-/, '')})),
    ...ourRules.flatMap(([rule, pattern]) =>
      [...content.matchAll(pattern)].map(({index}) => ({path, line: lineAt(content, index), rule})),
    ),
  ]
}

/**
 * Looks for secrets in files of ours; packages of the registry are public already.
 * @param paths relative to `folder`
 * @throws SECRET_FOUND, which names files and rules, never a secret
 */
export const scanForSecrets = async (folder: string, paths: readonly string[], signal: AbortSignal): Promise<void> => {
  const found: FoundSecret[] = []
  for (const path of paths) {
    signal.throwIfAborted()
    const content = await readFile(join(folder, path))
    // Not text.
    if (content.subarray(0, 8192).includes(0)) continue
    found.push(...(await scanText(path, content.toString('utf8'))))
  }
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
