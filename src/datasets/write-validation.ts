import {lengthClassOf} from '../accuracy/length-class.ts'
import {validationPath} from './paths.ts'
import {countWords, phrasesDigest} from './phrase.ts'
import {phraseCounts, validationPhrases} from './validation/phrases.ts'
import {writeDatasetFile} from './write-dataset.ts'

export interface WrittenDataset {
  file: string
  /** How many phrases or passages. */
  count: number
  seed: number
  /** Of ids and texts: 64 hex digits; the same for the same data. */
  sha256: string
}

/**
 * Writes the phrases of a seed as a file, the same bytes for the same seed.
 * @throws OUTPUT_UNWRITABLE, DISK_FULL
 */
export const writeValidation = async (folder: string, seed: number): Promise<WrittenDataset> => {
  const phrases = validationPhrases(seed)
  const file = validationPath(folder)
  const content = {
    metadata: {source: 'generated', seed, total_phrases: phrases.length, counts: phraseCounts},
    phrases: phrases.map(({id, text}) => ({
      ...{id, text, word_count: countWords(text), length_class: lengthClassOf(text)},
    })),
  }
  await writeDatasetFile(file, `${JSON.stringify(content, null, 2)}\n`)
  return {file, count: phrases.length, seed, sha256: phrasesDigest(phrases)}
}
