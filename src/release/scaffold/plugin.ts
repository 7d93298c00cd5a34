import {existsSync} from 'node:fs'
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import * as z from 'zod'
import {EssenceError} from '../../kit/errors.ts'
import {readJson} from '../../kit/files/json.ts'
import {serviceName} from '../manifest.ts'
import {linkProvided} from './link-provided.ts'

/** The template is a plugin that works: its name stands wherever the new one is to stand. */
const templateName = 'hello'
const words = (name: string): string[] => name.split('-').filter(Boolean)
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** `hello` in every spelling: `HELLO_PORT`, `HelloOptions`, `helloService`, `essence-plugin-hello`. */
const renamed = (text: string, name: string): string => {
  const pascal = words(name).map(capital).join('')
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1)
  return text
    .replaceAll('HELLO', words(name).join('_').toUpperCase())
    .replaceAll('Hello', pascal)
    .replace(/\bhello(?=[A-Z])/g, camel)
    .replaceAll(templateName, name)
}

const filesBelow = async (folder: string, inside = ''): Promise<string[]> => {
  const entries = await readdir(join(folder, inside), {withFileTypes: true})
  const below = entries.map(entry => {
    const path = inside ? `${inside}/${entry.name}` : entry.name
    return entry.isDirectory() ? filesBelow(folder, path) : [path]
  })
  return (await Promise.all(below)).flat().sort()
}

const templateOf = (checkout: string): string => {
  const template = join(checkout, 'templates/plugin')
  if (existsSync(template)) return template
  throw new EssenceError('BUILD_FAILED', `${checkout} holds no sources of Essence, and a plugin is made from these.`, {
    suggestions: ['Clone Essence, and run ./bin/essence generate plugin there.'],
  })
}

export interface GenerateOptions {
  checkout: string
  name: string
  /** Absolute; made when it is not there. */
  folder: string
  /** Names that are not free, with what has each: `a command of essence`. */
  taken: ReadonlyMap<string, string>
}

/**
 * Writes a plugin with a service that works.
 * @returns paths of its files, relative to its folder
 * @throws USAGE for a name that cannot be, or a folder with something in it
 */
export const generatePlugin = async ({checkout, name, folder, taken}: GenerateOptions): Promise<string[]> => {
  if (!serviceName.safeParse(name).success || name.endsWith('-') || name.includes('--')) {
    throw new EssenceError('USAGE', `"${name}" cannot be the name of a service.`, {
      suggestions: ['Use small letters, digits and hyphens, a letter first: weather, door-bell'],
    })
  }
  const owner = taken.get(name)
  if (owner !== undefined) {
    throw new EssenceError('USAGE', `"${name}" is the name of ${owner} already.`, {
      suggestions: [`Choose another: essence generate plugin my-${name}`],
    })
  }
  const there = await readdir(folder).catch(() => [])
  if (there.length > 0) {
    throw new EssenceError('USAGE', `${folder} is not empty; nothing was written.`, {
      suggestions: ['Choose another folder: --dir FOLDER'],
    })
  }
  const template = templateOf(checkout)
  const written: string[] = []
  for (const path of await filesBelow(template)) {
    const target = renamed(path, name).replace(/^_gitignore$/, '.gitignore')
    const text = renamed(await readFile(join(template, path), 'utf8'), name)
    await mkdir(dirname(join(folder, target)), {recursive: true})
    await writeFile(join(folder, target), text)
    written.push(target)
  }
  await linkProvided(checkout, folder)
  return written
}

/**
 * Points a plugin that is there to this Essence: after a clone elsewhere, or a move.
 * @returns names of the packages that are linked
 * @throws USAGE when the folder holds no plugin of Essence
 */
export const relinkPlugin = async (checkout: string, folder: string): Promise<string[]> => {
  templateOf(checkout)
  const found = await readJson(join(folder, 'package.json'), z.object({oclif: z.object({})}))
  if (found) return linkProvided(checkout, folder)
  throw new EssenceError('USAGE', `${folder} holds no plugin: its package.json is missing, or says nothing of oclif.`, {
    suggestions: ['Run it in the folder of the plugin, or name it: --dir FOLDER'],
  })
}
