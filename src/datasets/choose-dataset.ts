import {stat} from 'node:fs/promises'
import type {Settings} from '../config/schema.ts'
import {EssenceError} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import {aliceFolder, alicePath} from './paths.ts'
import {type Dataset, type DatasetName, datasetNames, datasetOf} from './phrase.ts'
import {readDataset} from './read-dataset.ts'
import {sampleOf} from './sample.ts'
import {validationPhrases} from './validation/phrases.ts'

export interface DatasetChoice {
  /** `validation`, made in memory; `alice`, that of the data folder; or a path. Default `validation`. */
  dataset?: string | undefined
  /** Of the phrases that are made, and of the choice among them. */
  seed: number
  /** So many phrases at most, 1 or more; default all. */
  limit?: number | undefined
  settings: Pick<Settings, 'JUNE_DATA_DIR'>
}

/**
 * The phrases of a test.
 * @throws INPUT_NOT_FOUND, DATASET_INVALID; USAGE for a limit below 1
 */
export const chooseDataset = async ({
  dataset = 'validation',
  seed,
  limit = Number.POSITIVE_INFINITY,
  settings,
}: DatasetChoice): Promise<Dataset> => {
  // A run over no phrase would pass.
  if (limit < 1) throw new EssenceError('USAGE', `A test needs a phrase at least; the limit is ${limit}.`)
  const known = datasetNames.find(name => name === dataset)
  return sampleOf(known ? await builtIn(known, seed, settings) : await atPath(dataset), limit, seed)
}

const builtIn = async (name: DatasetName, seed: number, settings: DatasetChoice['settings']): Promise<Dataset> => {
  if (name === 'validation') return datasetOf({name, source: 'generated', seed, phrases: validationPhrases(seed)})
  const file = alicePath(aliceFolder(settings.JUNE_DATA_DIR))
  if (await isThere(file)) return readDataset(file)
  throw new EssenceError('INPUT_NOT_FOUND', `There are no passages of Alice yet: no ${file}.`, {
    suggestions: ['Make them: essence dataset alice'],
  })
}

const atPath = async (path: string): Promise<Dataset> => {
  if (await isThere(path)) return readDataset(path)
  const meant = nearest(path, datasetNames)
  throw new EssenceError('INPUT_NOT_FOUND', `There is no data set "${path}": it is neither a file nor a folder.`, {
    suggestions: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      `Give one of ${datasetNames.join(', ')}, or the path of a file or folder.`,
    ],
  })
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
