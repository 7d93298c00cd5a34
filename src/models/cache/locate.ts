import {readdir, stat} from 'node:fs/promises'
import {homedir} from 'node:os'
import {basename, join, resolve, sep} from 'node:path'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'
import type {ModelKind} from '../catalogue/entry.ts'
import {type LocateOptions, locateInstalled, locateStandIn} from './locate-installed.ts'

/** How the files of a kind are called: `ggml-large-v3-q5_0.bin`, `Qwen_Qwen3-4B-Q4_K_M.gguf`. */
const forms: Record<ModelKind, {prefix: RegExp; extension: string}> = {
  stt: {prefix: /^(ggml-)?(whisper-)?/, extension: '.bin'},
  llm: {prefix: /^/, extension: '.gguf'},
  tts: {prefix: /^/, extension: '.onnx'},
  vad: {prefix: /^/, extension: '.onnx'},
  embedding: {prefix: /^/, extension: '.gguf'},
}

/** What may follow a model's name when it is still that model: how its weights are stored, and the first of its parts. */
const storage = /^([-._](ud|i?q\d\w*|tq\d\w*|mxfp4\w*|b?f\d\d))*(-00001-of-\d{5})?$/
const laterPart = /-(?!00001-)\d{5}-of-\d{5}\.gguf$/

/**
 * Finds a model on this machine.
 * @param name a path (`/…`, `~/…`, `./…`), the name of a file in the cache, or an id as `openai/whisper-large-v3`: then
 * what `essence models download` installed for it; else a file of that name anywhere in the cache, also in the layout of
 * the Hugging Face cache. Of several: the model as it is, then quantised, then one whose name goes on (`-turbo`); the
 * first by name. Of a model in parts, the first part. For the default of a setting, in the end, the strongest model that
 * is installed.
 * @returns the file's path; undefined where there is none
 * @throws MODEL_MISSING for a path that leads to no file
 */
export const locateModel = async (
  kind: ModelKind,
  name: string,
  cacheDir: string,
  options: LocateOptions = {},
): Promise<string | undefined> => {
  if (/^(~?[/\\]|\.\.?[/\\]|[a-z]:[/\\])/i.test(name)) return await atPath(name)
  const inCache = join(cacheDir, name)
  if (await isFile(inCache)) return inCache
  return (
    (await locateInstalled(kind, name, cacheDir, options)) ??
    (await searchCache(kind, name, cacheDir)) ??
    (await locateStandIn(kind, name, cacheDir, options))
  )
}

const searchCache = async (kind: ModelKind, name: string, cacheDir: string): Promise<string | undefined> => {
  const {extension, prefix} = forms[kind]
  const id = basename(name).toLowerCase().replace(prefix, '')
  const wanted = id.endsWith(extension) ? id.slice(0, -extension.length) : id
  if (wanted === '') return undefined
  const ranked = (await filesBelow(cacheDir)).flatMap(path => {
    const rank = rankOf(basename(path).toLowerCase(), wanted, kind)
    return rank === undefined ? [] : [{path, key: `${rank} ${basename(path)} ${path}`}]
  })
  for (const {path} of ranked.sort((a, b) => (a.key < b.key ? -1 : 1))) if (await isFile(path)) return path
  return undefined
}

/** 0: the model as it is; 1: quantised or in parts; 2: a name that begins with its name; undefined: another file. */
const rankOf = (file: string, wanted: string, kind: ModelKind): number | undefined => {
  const {extension, prefix} = forms[kind]
  if (!file.endsWith(extension) || laterPart.test(file) || file.startsWith('mmproj')) return undefined
  if (kind === 'stt' && !file.startsWith('ggml-')) return undefined
  const stem = file.slice(0, -extension.length).replace(prefix, '')
  // A publisher may stand before the name: `Qwen_Qwen3-4B`.
  const at = stem.startsWith(wanted) ? 0 : stem.indexOf(`_${wanted}`) + 1
  if (at === 0 && !stem.startsWith(wanted)) return undefined
  const rest = stem.slice(at + wanted.length)
  if (rest === '') return 0
  if (storage.test(rest)) return 1
  return /^[-._]/.test(rest) ? 2 : undefined
}

const atPath = async (name: string): Promise<string> => {
  const path = /^~[/\\]/.test(name) ? join(homedir(), name.slice(2)) : resolve(name)
  if (await isFile(path)) return path
  throw new EssenceError('MODEL_MISSING', `There is no model file at ${path}.`, {
    suggestions: ['Check the path, or give the id of a model that is installed.'],
  })
}

/** Follows links: the Hugging Face cache is made of them. */
const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

const filesBelow = async (folder: string): Promise<string[]> => {
  try {
    const entries = await readdir(folder, {recursive: true, withFileTypes: true})
    return entries.filter(entry => !entry.isDirectory()).map(entry => entry.parentPath + sep + entry.name)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause) ?? '')) return []
    throw new EssenceError('MODEL_MISSING', `The folder of models, ${folder}, cannot be searched.`, {cause})
  }
}
