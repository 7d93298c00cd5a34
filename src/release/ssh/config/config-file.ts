// A reader of ssh_config(5) for machines without the ssh program: Host blocks and Include. `ssh -G` is asked where it is there.
import {globSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {isAbsolute, join} from 'node:path'
import {EssenceError, messageOf, systemCodeOf} from '../../../kit/errors.ts'
import {matchesPatterns} from './pattern.ts'

/** Settings by keyword in small letters, each with all values that were given, in order. */
export type RawSettings = Map<string, string[]>

const maxDepth = 16

/** Words of a line, quotes taken off: `Keyword value "a value"`, `Keyword=value`. A word that begins with `#` ends it. */
export const wordsOf = (line: string): string[] => {
  const words: string[] = []
  const spaced = line.replace(/^(\s*[A-Za-z]+)\s*=\s*/, '$1 ')
  for (const [, quoted, plain] of spaced.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)) {
    if (plain?.startsWith('#')) break
    words.push(plain ?? (quoted ?? '').replace(/\\(["\\])/g, '$1'))
  }
  return words
}

/**
 * Reads what configuration files say of a host. As in OpenSSH the first value of a keyword counts, and IdentityFile adds up.
 * @param files in their order; one that is not there is passed over
 * @throws CONFIG_INVALID for an unreadable file, and for `Match`, which only the ssh program can decide
 */
export const readConfigFiles = async (
  files: readonly string[],
  host: string,
  {home, env}: {home: string; env: NodeJS.ProcessEnv},
): Promise<RawSettings> => {
  const settings: RawSettings = new Map()
  const take = (keyword: string, values: string[]): void => {
    if (keyword === 'identityfile') {
      settings.set(keyword, [...new Set([...(settings.get(keyword) ?? []), ...values])])
    } else if (!settings.has(keyword)) settings.set(keyword, values)
  }
  const readFileAt = async (file: string, active: boolean, depth: number): Promise<void> => {
    const text = await textOf(file)
    let applies = active
    for (const [index, line] of text.split('\n').entries()) {
      const [word = '', ...values] = wordsOf(line)
      const keyword = word.toLowerCase()
      const where = `${file}:${index + 1}`
      if (keyword === '' || values.length === 0) continue
      if (keyword === 'host') applies = active && matchesPatterns(host.toLowerCase(), values)
      else if (keyword === 'match') {
        if (values.length !== 1 || values[0]?.toLowerCase() !== 'all') throw needsSsh(where)
        applies = active
      } else if (keyword === 'include' && applies) {
        if (depth >= maxDepth) throw invalid(`${where} includes too deeply.`)
        for (const pattern of values) {
          const path = pattern.replace(/^~(?=\/)/, home).replace(/\$\{(\w+)\}/g, (_, name) => env[name] ?? '')
          const base = file.startsWith('/etc/ssh/') ? '/etc/ssh' : join(home, '.ssh')
          for (const found of globSync(isAbsolute(path) ? path : join(base, path)).sort()) {
            await readFileAt(found, applies, depth + 1)
          }
        }
      } else if (applies) {
        take(keyword, keyword === 'proxycommand' ? [line.trim().replace(/^\S+?\s*[\s=]\s*/, '')] : values)
      }
    }
  }
  for (const file of files) await readFileAt(file, true, 0)
  return settings
}

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return ''
    throw invalid(`${file} cannot be read: ${messageOf(error)}`, error)
  }
}

const invalid = (message: string, cause?: unknown): EssenceError =>
  new EssenceError('CONFIG_INVALID', message, {
    suggestions: ['Correct the SSH configuration, or name another file with --ssh-config.'],
    cause,
  })

const needsSsh = (where: string): EssenceError =>
  new EssenceError(
    'CONFIG_INVALID',
    `${where} has a Match block, which only the ssh program can decide, and there is none here.`,
    {
      suggestions: ['Install the OpenSSH client, or name a file without Match blocks with --ssh-config.'],
    },
  )
