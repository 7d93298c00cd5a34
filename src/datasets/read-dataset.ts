import {stat} from 'node:fs/promises'
import {basename, resolve} from 'node:path'
import {invalidDataset, unreadable} from './dataset-errors.ts'
import {type Dataset, datasetOf} from './phrase.ts'
import {readDatasetFile} from './read-file.ts'
import {readRecordings} from './recordings.ts'

/**
 * Reads a data set: a JSON file of `essence dataset`, a list of recordings, or a folder of recordings.
 * @throws INPUT_NOT_FOUND for a path, or a recording of it, that is not there; DATASET_INVALID, naming the place
 */
export const readDataset = async (path: string): Promise<Dataset> => {
  const source = resolve(path)
  const found = await stat(source).catch(error => {
    throw unreadable(source, error)
  })
  const read = found.isDirectory()
    ? {name: basename(source), phrases: await readRecordings(source)}
    : await readDatasetFile(source)
  const ids = new Set<string>()
  for (const {id} of read.phrases) {
    if (ids.has(id)) throw invalidDataset(source, `two phrases have the id "${id}"`)
    ids.add(id)
  }
  return datasetOf({source, ...read})
}
