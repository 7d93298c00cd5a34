import {readdir, readFile} from 'node:fs/promises'
import {basename, dirname, extname, join, relative, sep} from 'node:path'
import {mapLimit} from '../kit/flow/map-limit.ts'
import {invalidDataset, missingRecording, unreadable} from './dataset-errors.ts'
import type {Phrase} from './phrase.ts'
import {readDatasetFile} from './read-file.ts'

const audioExtensions = ['.flac', '.wav', '.ogg', '.opus', '.mp3', '.m4a']
const transcripts = '.trans.txt'

/**
 * Recordings of a folder and the folders in it, with what is said in them:
 * an `index.json` that lists them; `*.trans.txt` with lines `ID TRANSCRIPT` beside `ID.flac`, as LibriSpeech has them; or each
 * recording beside a `.txt` of its name.
 * @throws INPUT_NOT_FOUND, DATASET_INVALID
 */
export const readRecordings = async (folder: string): Promise<Phrase[]> => {
  const files = await filesBelow(folder)
  const index = join(folder, 'index.json')
  if (files.has(index)) return (await readDatasetFile(index)).phrases
  const lists = [...files].filter(file => file.endsWith(transcripts))
  if (lists.length > 0) return (await mapLimit(lists, 16, file => fromTranscripts(file, files))).flat()
  const recordings = [...files].filter(file => audioExtensions.includes(extname(file).toLowerCase()))
  if (recordings.length === 0) throw invalidDataset(folder, 'expected recordings; found none')
  return mapLimit(recordings, 16, file => besideText(file, folder, files))
}

/** Sorted, so that the order is the same on every file system; hidden ones are no recordings of anybody. */
const filesBelow = async (folder: string): Promise<ReadonlySet<string>> => {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true}).catch(error => {
    throw unreadable(folder, error)
  })
  const files = entries
    .filter(entry => !entry.isDirectory())
    .map(({parentPath, name}) => join(parentPath, name))
    .filter(
      file =>
        !relative(folder, file)
          .split(sep)
          .some(step => step.startsWith('.')),
    )
  return new Set(files.toSorted((a, b) => (a < b ? -1 : 1)))
}

const fromTranscripts = async (list: string, files: ReadonlySet<string>): Promise<Phrase[]> =>
  (await readText(list)).split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === '') return []
    const [, id, text] = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(line) ?? []
    if (id === undefined || text === undefined)
      throw invalidDataset(`${list}, line ${at + 1}`, 'expected an id, a blank and what is said')
    const wanted = audioExtensions.map(extension => join(dirname(list), id + extension))
    const audio = wanted.find(file => files.has(file))
    if (audio === undefined) throw missingRecording(wanted[0] ?? id, `"${id}" of ${list}`)
    return [{id, text, audio}]
  })

const besideText = async (audio: string, folder: string, files: ReadonlySet<string>): Promise<Phrase> => {
  const stem = audio.slice(0, -extname(audio).length)
  const beside = `${stem}.txt`
  if (!files.has(beside))
    throw invalidDataset(audio, `expected what is said in it in ${basename(beside)}; found no such file`)
  const text = (await readText(beside)).replaceAll(/\s+/g, ' ').trim()
  if (!/[\p{L}\p{N}]/u.test(text))
    throw invalidDataset(beside, 'expected what is said in the recording; found no words')
  return {id: relative(folder, stem).split(sep).join('/'), text, audio}
}

const readText = async (path: string): Promise<string> => {
  const bytes = await readFile(path).catch(error => {
    throw unreadable(path, error)
  })
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes)
  } catch {
    throw invalidDataset(path, 'expected text in UTF-8')
  }
}
