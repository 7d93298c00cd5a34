import {createHash} from 'node:crypto'

/** Something to say, or something that was said. */
export interface Phrase {
  /** Unique in its data set. */
  id: string
  text: string
  /** Path of a recording of a person who says it. */
  audio?: string | undefined
}

export interface Dataset {
  /** `validation`, `alice`, or the name of its file or folder. */
  name: string
  /** Path of the file or folder it was read from; `generated`. */
  source: string
  /** Of the numbers it was made with. */
  seed?: number | undefined
  /** Of the ids and texts of its phrases, in order: 64 hex digits. Recordings do not count. */
  sha256: string
  phrases: Phrase[]
}

/** Where people look for data sets by name. */
export const datasetNames = ['validation', 'alice'] as const
export type DatasetName = (typeof datasetNames)[number]

/** A data set of phrases, with their digest. */
export const datasetOf = (about: Omit<Dataset, 'sha256'>): Dataset => ({...about, sha256: phrasesDigest(about.phrases)})

/** Digest of ids and texts, in order: 64 hex digits. */
export const phrasesDigest = (phrases: readonly Phrase[]): string =>
  createHash('sha256')
    .update(JSON.stringify(phrases.map(({id, text}) => [id, text])))
    .digest('hex')

/** Words as they are written: what stands between blanks. */
export const countWords = (text: string): number => text.split(/\s+/).filter(Boolean).length

/** Passages of a file as phrases. */
export const passagePhrases = (passages: readonly {id: number; text: string}[]): Phrase[] =>
  passages.map(({id, text}) => ({id: `passage-${String(id).padStart(3, '0')}`, text}))
