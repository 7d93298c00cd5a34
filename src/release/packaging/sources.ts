import {existsSync} from 'node:fs'
import {realpath} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError, isEssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'
import {runTool} from './run-tool.ts'

/** What is known of the sources a release is built from. */
export interface Sources {
  commit?: string
  /** They differ from the commit. */
  dirty: boolean
  /** Paths that do. */
  changed: string[]
  /** Of the commit, or as SOURCE_DATE_EPOCH says. */
  date: Date
  /** Why git does not answer for a repository that is there: whether anything differs is then not known, and taken for so. */
  unanswered?: EssenceError
}

/** npm's own for what has no date: some programs refuse those before 1980. */
const undated = new Date('1985-10-26T08:15:00Z')

/** @throws BUILD_FAILED with what git says */
const git = async (checkout: string, ...args: string[]): Promise<string> => {
  const {status, stdout, stderr} = await runTool('git', ['-C', checkout, ...args], {cwd: checkout}).catch(cause => {
    const missing = systemCodeOf(cause) === 'ENOENT'
    const said = missing ? 'there is no git on PATH' : messageOf(cause)
    throw unanswered(checkout, said, cause, missing ? 'Install git.' : `See it by itself: git -C ${checkout} status`)
  })
  if (status === 0) return stdout
  const said = stderr || `it ended with ${status ?? 'a signal'}`
  throw unanswered(checkout, said, undefined, `See it by itself: git -C ${checkout} status`)
}

const unanswered = (checkout: string, said: string, cause?: unknown, ...steps: string[]): EssenceError => {
  const lines = said.split('\n').flatMap(line => line.trim() || [])
  return new EssenceError(
    'BUILD_FAILED',
    `${checkout} is a git repository, and git does not tell its commit: ${lines.slice(0, 4).join(' · ')}`,
    {suggestions: [...steps, 'Or build from a copy of the sources without .git.'], cause},
  )
}

/** Of an entry of `git status --porcelain=v2`, how many words stand before its path. */
const wordsBefore: Record<string, number> = {'1': 8, u: 10, '?': 1}

const changedPath = (entry: string): string[] => {
  const words = wordsBefore[entry[0] ?? '']
  return words === undefined ? [] : [entry.split(' ').slice(words).join(' ')]
}

/** @throws USAGE when SOURCE_DATE_EPOCH is no time */
export const readSources = async (checkout: string, epoch = process.env['SOURCE_DATE_EPOCH']): Promise<Sources> => {
  if (epoch !== undefined && !/^\d{1,11}$/.test(epoch)) {
    throw new EssenceError('USAGE', `SOURCE_DATE_EPOCH is "${epoch}", but must be seconds since 1970.`)
  }
  const asked = epoch === undefined ? undefined : new Date(Number(epoch) * 1000)
  // A repository further up is about something else.
  if (!existsSync(join(checkout, '.git'))) return {dirty: false, changed: [], date: asked ?? undated}
  try {
    return await readRepository(checkout, asked)
  } catch (error) {
    if (!isEssenceError(error)) throw error
    return {dirty: true, changed: [], date: asked ?? undated, unanswered: error}
  }
}

const readRepository = async (checkout: string, asked: Date | undefined): Promise<Sources> => {
  const top = (await git(checkout, 'rev-parse', '--show-toplevel')).trim()
  if (top !== (await realpath(checkout))) throw unanswered(checkout, `it takes ${top} for the repository`)
  const status = await git(checkout, 'status', '--porcelain=v2', '--branch', '-z', '--no-renames')
  const entries = status.split('\0')
  const changed = entries.flatMap(changedPath)
  const commit = entries.flatMap(entry => /^# branch\.oid ([0-9a-f]+)$/.exec(entry)?.[1] ?? [])[0]
  if (commit === undefined) return {dirty: true, changed, date: asked ?? undated}
  const seconds = Number(await git(checkout, 'show', '--no-patch', '--format=%ct', commit))
  return {commit, dirty: changed.length > 0, changed, date: asked ?? new Date(seconds * 1000)}
}
