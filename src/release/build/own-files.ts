import {copyFile, mkdir, readdir, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {readJson} from '../../kit/write-json.ts'
import {oursTravels} from './travels.ts'

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

/**
 * Copies what a package of ours says it ships (`files` in package.json) into a release.
 * @returns the paths, relative to the package
 * @throws BUILD_FAILED when the package says nothing, or it was not built
 */
export const copyOwnFiles = async (root: string, destination: string): Promise<string[]> => {
  const found = await readJson(join(root, 'package.json'), withFiles)
  if (!found) throw new EssenceError('BUILD_FAILED', `${join(root, 'package.json')} does not list "files" to ship.`)
  const listed = await Promise.all(
    found.files.map(async path => {
      const files = await filesAt(root, path.replace(/\/$/, ''))
      if (files.length > 0) return files
      throw new EssenceError('BUILD_FAILED', `${found.name} ships "${path}", but there is no such file in ${root}.`, {
        suggestions: ['Build it first: npm run build'],
      })
    }),
  )
  const files = listed.flat()
  for (const folder of new Set(files.map(path => dirname(path))))
    await mkdir(join(destination, folder), {recursive: true})
  for (const path of files) await copyFile(join(root, path), join(destination, path))
  return files
}
