import {existsSync} from 'node:fs'
import {lstat, mkdir, realpath, rm, symlink} from 'node:fs/promises'
import {dirname, join} from 'node:path'

/** What a plugin gets from the CLI that loads it: always ours, as two copies of a module are two different things. */
const provided: [name: string, inCheckout: string][] = [
  ['@essence/core', 'src'],
  ['@oclif/core', 'node_modules/@oclif/core'],
]
/** What it may install itself. */
const lent: [name: string, inCheckout: string][] = [
  ['@types/node', 'node_modules/@types/node'],
  ['typescript', 'node_modules/typescript'],
]

const link = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), {recursive: true})
  await rm(to, {recursive: true, force: true})
  await symlink(await realpath(from), to, 'junction')
}

/**
 * Lets a plugin in a folder of its own find what Essence provides, by links in its `node_modules`.
 * @returns names of the packages that were linked
 */
export const linkProvided = async (checkout: string, folder: string): Promise<string[]> => {
  const linked: string[] = []
  for (const [name, inCheckout] of [...provided, ...lent]) {
    const to = join(folder, 'node_modules', name)
    const installed = await lstat(to).then(
      found => !found.isSymbolicLink(),
      () => false,
    )
    if (installed && lent.some(([one]) => one === name)) continue
    const from = join(checkout, inCheckout)
    if (!existsSync(from)) continue
    await link(from, to)
    linked.push(name)
  }
  return linked
}
