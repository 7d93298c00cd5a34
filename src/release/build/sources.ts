import {execFile} from 'node:child_process'
import {realpath} from 'node:fs/promises'
import {promisify} from 'node:util'
import {EssenceError} from '../../kit/errors.ts'

const run = promisify(execFile)

/** What is known of the sources a release is built from. */
export interface Sources {
  commit?: string
  /** They differ from the commit. */
  dirty: boolean
  /** Paths that do. */
  changed: string[]
  /** Of the commit, or as SOURCE_DATE_EPOCH says. */
  date: Date
}

/** npm's own for what has no date: some programs refuse those before 1980. */
const undated = new Date('1985-10-26T08:15:00Z')

const git = async (checkout: string, ...args: string[]): Promise<string | undefined> => {
  try {
    return (await run('git', ['-C', checkout, ...args], {maxBuffer: 64 * 1024 * 1024})).stdout.trim()
  } catch {
    return undefined
  }
}

/** @throws USAGE when SOURCE_DATE_EPOCH is no time */
export const readSources = async (checkout: string, epoch = process.env['SOURCE_DATE_EPOCH']): Promise<Sources> => {
  if (epoch !== undefined && !/^\d{1,11}$/.test(epoch)) {
    throw new EssenceError('USAGE', `SOURCE_DATE_EPOCH is "${epoch}", but must be seconds since 1970.`)
  }
  const asked = epoch === undefined ? undefined : new Date(Number(epoch) * 1000)
  const top = await git(checkout, 'rev-parse', '--show-toplevel')
  // A repository further up is about something else.
  if (top === undefined || top !== (await realpath(checkout)))
    return {dirty: false, changed: [], date: asked ?? undated}
  const [head, status] = await Promise.all([
    git(checkout, 'show', '--no-patch', '--format=%H %ct', 'HEAD'),
    git(checkout, 'status', '--porcelain', '-z', '--no-renames'),
  ])
  const [commit, seconds] = head?.split(' ') ?? []
  // `XY path`, each ended by NUL. The first of them may have lost a blank at its front.
  const changed = (status ?? '').split('\0').flatMap(entry => /^.{1,2} (.+)$/.exec(entry)?.[1] ?? [])
  if (commit === undefined) return {dirty: true, changed, date: asked ?? undated}
  return {commit, dirty: changed.length > 0, changed, date: asked ?? new Date(Number(seconds) * 1000)}
}
