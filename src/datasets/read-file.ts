import {readFile, stat} from 'node:fs/promises'
import {basename, dirname, resolve} from 'node:path'
import * as z from 'zod'
import {readableBytes} from '../kit/byte-size.ts'
import {mapLimit} from '../kit/flow/map-limit.ts'
import {invalidDataset, missingRecording, unreadable} from './dataset-errors.ts'
import {type Dataset, type Phrase, passagePhrases} from './phrase.ts'

const text = z.string().regex(/[\p{L}\p{N}]/u, 'expected a text with words')
const id = z.string().min(1)
const metadata = z.object({seed: z.int().optional()})

// Only what is read: files of other makers hold more, or less.
const aliceSchema = z.object({metadata, passages: z.array(z.object({id: z.int().min(1), text})).min(1)})
const validationSchema = z.object({metadata, phrases: z.array(z.object({id, text})).min(1)})
const listSchema = z
  .array(z.object({id: z.union([id, z.int().transform(String)]), audio: z.string().min(1), text}))
  .min(1)

const maxBytes = 64e6

type Contents = Pick<Dataset, 'name' | 'seed' | 'phrases'>

/**
 * Reads the JSON of a data set, whichever of them it is.
 * @throws INPUT_NOT_FOUND, DATASET_INVALID
 */
export const readDatasetFile = async (path: string): Promise<Contents> => {
  const json = await readJsonOf(path)
  if (Array.isArray(json)) return {name: basename(path), phrases: await listed(path, parse(path, listSchema, json))}
  if (typeof json === 'object' && json !== null && 'passages' in json) {
    const {metadata, passages} = parse(path, aliceSchema, json)
    return {name: 'alice', seed: metadata.seed, phrases: passagePhrases(passages)}
  }
  if (typeof json === 'object' && json !== null && 'phrases' in json) {
    const {metadata, phrases} = parse(path, validationSchema, json)
    return {name: 'validation', seed: metadata.seed, phrases}
  }
  throw invalidDataset(path, 'expected "passages", "phrases", or a list of recordings; found none of them')
}

/** Recordings that a file lists, each as {id, audio, text}; `audio` is a path from the folder of the file. */
const listed = (path: string, list: z.output<typeof listSchema>): Promise<Phrase[]> =>
  mapLimit(list, 32, async ({id, audio, text}) => {
    const file = resolve(dirname(path), audio)
    const found = await stat(file).catch(() => undefined)
    if (!found?.isFile()) throw missingRecording(file, `"${id}" of ${path}`)
    return {id, text, audio: file}
  })

const readJsonOf = async (path: string): Promise<unknown> => {
  const {content, size} = await readWhole(path).catch(error => {
    throw unreadable(path, error)
  })
  if (content === undefined)
    throw invalidDataset(path, `it has ${readableBytes(size)}; expected JSON of at most ${readableBytes(maxBytes)}`)
  try {
    return JSON.parse(content)
  } catch {
    throw invalidDataset(path, 'expected JSON; found something else')
  }
}

/** Without content where it is too large. */
const readWhole = async (path: string): Promise<{content?: string; size: number}> => {
  const {size} = await stat(path)
  return size > maxBytes ? {size} : {content: await readFile(path, 'utf8'), size}
}

const parse = <T extends z.ZodType>(path: string, schema: T, json: unknown): z.output<T> => {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('') ?? ''
  throw invalidDataset(path, `at ${place.replace(/^\./, '') || 'its root'}: ${issue?.message}`)
}
