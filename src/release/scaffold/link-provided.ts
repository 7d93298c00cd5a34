import {existsSync} from 'node:fs'
import {lstat, mkdir, readFile, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {dirname, join, relative, sep} from 'node:path'

/** Ours, always: a second copy of a module would be another thing. It comes from no registry. */
const core = '@essence/core'
/** Lent until the plugin installs its own: enough to compile and to test at once, without a network. */
const lent = ['@types/node', 'typescript']

const isInstalled = (path: string): Promise<boolean> =>
  lstat(path).then(
    found => !found.isSymbolicLink(),
    () => false,
  )

const link = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), {recursive: true})
  await rm(to, {recursive: true, force: true})
  await symlink(await realpath(from), to, 'junction')
}

/** A dependency that npm keeps as a link, and does not look into. */
const pointTo = async (target: string, folder: string): Promise<void> => {
  const path = join(folder, 'package.json')
  const about = JSON.parse(await readFile(path, 'utf8')) as {devDependencies?: Record<string, string>}
  const [from, to] = await Promise.all([realpath(folder), realpath(target)])
  const devDependencies = {...about.devDependencies, [core]: `file:${relative(from, to).split(sep).join('/')}`}
  await writeFile(path, `${JSON.stringify({...about, devDependencies}, null, 2)}\n`)
}

/**
 * Lets a plugin in a folder of its own find what this Essence provides, its Node.js too: by its package.json, and by links at once.
 * @returns names of the packages that were linked
 */
export const linkProvided = async (checkout: string, folder: string): Promise<string[]> => {
  await pointTo(join(checkout, 'src'), folder)
  const linked = [core]
  await link(join(checkout, 'src'), join(folder, 'node_modules', core))
  for (const name of lent) {
    const [from, to] = [join(checkout, 'node_modules', name), join(folder, 'node_modules', name)]
    if ((await isInstalled(to)) || !existsSync(from)) continue
    await link(from, to)
    linked.push(name)
  }
  // `npm test` finds it there: the Node.js of the machine may be older than what Essence runs on.
  await link(process.execPath, join(folder, 'node_modules/.bin/node'))
  return [...linked, 'node']
}
