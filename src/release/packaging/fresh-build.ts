import {existsSync} from 'node:fs'
import {cp, mkdir, readdir, symlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import {mapLimit} from '../../kit/flow/map-limit.ts'
import {npm} from './npm/npm.ts'
import {runTool} from './run-tool.ts'

/**
 * Brings the compiled code up to date with the sources; a matter of milliseconds when it is.
 * @throws BUILD_FAILED
 */
export const refreshBuild = async (checkout: string, signal: AbortSignal): Promise<void> => {
  const {status, stderr} = await runTool('sh', ['bin/setup.sh'], {cwd: checkout, signal})
  if (status === 0) return
  throw new EssenceError(
    'BUILD_FAILED',
    `The sources cannot be built: ${stderr.trim().split('\n').slice(-6).join(' · ')}`,
    {
      suggestions: ['See it by itself: npm run build'],
    },
  )
}

/** What is made from sources, or installed; git would not name it. */
const made = /(^|\/)(node_modules|dist)$|^(build|coverage|\.essence|\.git|plugins\/gateway\/public)$/

const everythingIn = async (folder: string, inside = ''): Promise<string[]> => {
  const entries = await readdir(join(folder, inside), {withFileTypes: true})
  const below = entries.map(entry => {
    const path = inside ? `${inside}/${entry.name}` : entry.name
    if (made.test(path)) return []
    return entry.isDirectory() ? everythingIn(folder, path) : [path]
  })
  return (await Promise.all(below)).flat()
}

/** Files copied at a time. */
const copies = 16

/** Files a checkout is made of, without what is made from them: as git says, or all where there is no git. */
const sourcesOf = async (checkout: string, signal: AbortSignal): Promise<string[]> => {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const listed = await runTool('git', args, {cwd: checkout, signal}).catch(() => undefined)
  if (listed?.status !== 0) return everythingIn(checkout)
  return listed.stdout.split('\0').filter(path => path && existsSync(join(checkout, path)))
}

/** The installed packages, by links; those of the checkout itself are links into the copy. */
const linkPackages = async (checkout: string, copy: string): Promise<void> => {
  const from = join(checkout, 'node_modules')
  const to = join(copy, 'node_modules')
  await mkdir(to)
  for (const entry of await readdir(from)) {
    if (entry === '@essence') await cp(join(from, entry), join(to, entry), {recursive: true, verbatimSymlinks: true})
    else await symlink(join(from, entry), join(to, entry))
  }
  for (const workspace of ['src', ...(await readdir(join(copy, 'plugins'))).map(name => `plugins/${name}`)]) {
    const nested = join(checkout, workspace, 'node_modules')
    if (existsSync(nested)) await symlink(nested, join(copy, workspace, 'node_modules'))
  }
}

/**
 * Builds the same sources once more in an empty folder, from nothing but the installed packages: what a build takes from
 * the folder it runs in shows.
 * @throws BUILD_FAILED, PROGRAM_MISSING
 */
export const buildCopy = async (checkout: string, copy: string, signal: AbortSignal): Promise<void> => {
  const paths = await sourcesOf(checkout, signal)
  for (const folder of new Set(paths.map(dirname))) await mkdir(join(copy, folder), {recursive: true})
  await mapLimit(paths, copies, path => cp(join(checkout, path), join(copy, path), {verbatimSymlinks: true}))
  await linkPackages(checkout, copy)
  await npm(['run', '--silent', 'build'], copy, signal)
}
