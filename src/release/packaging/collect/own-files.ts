import {copyFile, mkdir, readdir, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import * as z from 'zod'
import {EssenceError} from '../../../kit/errors.ts'
import {readJson} from '../../../kit/files/json.ts'
import type {BuildTarget} from '../services.ts'
import {corePackage} from '../stage.ts'
import {oursTravels, staysHere} from './travels.ts'

const withFiles = z.object({name: z.string(), files: z.array(z.string()).min(1)})

/** Every file at or below a path, relative to `root`, but for what no release carries. Links are not followed. */
const filesAt = async (root: string, path: string): Promise<string[]> => {
  const entries = await readdir(join(root, path), {withFileTypes: true}).catch(() => undefined)
  if (!entries) {
    const found = await stat(join(root, path)).catch(() => undefined)
    return found?.isFile() ? [path] : []
  }
  const below = await Promise.all(
    entries.map(entry => {
      const child = `${path}/${entry.name}`
      if (entry.name === 'node_modules') return []
      if (entry.isDirectory()) return filesAt(root, child)
      return entry.isFile() && oursTravels(child) ? [child] : []
    }),
  )
  return below.flat()
}

const refused = (name: string, path: string): EssenceError =>
  new EssenceError(
    'SECRET_FOUND',
    `${name} ships "${path}", but such a file holds secrets or settings of this machine.`,
    {
      suggestions: [
        'Take it out of "files" in its package.json; what a service needs of it goes into its environment file (ENV_SH).',
      ],
    },
  )

/** @returns the paths, relative to the package */
const copyPackage = async (root: string, destination: string): Promise<string[]> => {
  const found = await readJson(join(root, 'package.json'), withFiles)
  if (!found) throw new EssenceError('BUILD_FAILED', `${join(root, 'package.json')} does not list "files" to ship.`)
  const listed = await Promise.all(
    found.files.map(async entry => {
      const path = entry.replace(/\/$/, '')
      // In a folder it is left out; a file that is named is meant to travel.
      if (staysHere(path)) throw refused(found.name, path)
      const files = await filesAt(root, path)
      if (files.length > 0) return files
      throw new EssenceError('BUILD_FAILED', `${found.name} ships "${path}", but there is no such file in ${root}.`, {
        suggestions: ['Build it first: npm run build'],
      })
    }),
  )
  const files = listed.flat()
  for (const folder of new Set(files.map(path => dirname(path)))) {
    await mkdir(join(destination, folder), {recursive: true})
  }
  for (const path of files) await copyFile(join(root, path), join(destination, path))
  return files
}

/**
 * Copies what the CLI, the core and the plugins say they ship (`files` in package.json) into a release.
 * @returns the paths inside the release
 * @throws BUILD_FAILED when a package says nothing, or was not built; SECRET_FOUND when it ships a key or settings by name
 */
export const copyOwnFiles = async (checkout: string, folder: string, {plugins}: BuildTarget): Promise<string[]> => {
  const packages = [
    {root: checkout, inside: ''},
    {root: join(checkout, 'src'), inside: `node_modules/${corePackage}/`},
    ...plugins.map(({name, root}) => ({root, inside: `node_modules/${name}/`})),
  ]
  const copied: string[] = []
  for (const {root, inside} of packages) {
    const files = await copyPackage(root, join(folder, inside))
    copied.push(...files.map(path => inside + path))
  }
  return copied
}
