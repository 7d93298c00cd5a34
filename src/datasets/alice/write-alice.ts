import {readFile, stat} from 'node:fs/promises'
import {pathToFileURL} from 'node:url'
import {readableBytes} from '../../kit/byte-size.ts'
import {EssenceError} from '../../kit/errors.ts'
import {seededRandom} from '../../kit/random.ts'
import {invalidDataset, unreadable} from '../dataset-errors.ts'
import {alicePath, bookPath} from '../paths.ts'
import {passagePhrases, phrasesDigest} from '../phrase.ts'
import {writeDatasetFile} from '../write-dataset.ts'
import type {WrittenDataset} from '../write-validation.ts'
import {bookText} from './book-text.ts'
import {type DownloadOptions, downloadBook} from './download-book.ts'
import {extractPassages, sentencesOf} from './passages.ts'

const aliceUrl = 'https://www.gutenberg.org/cache/epub/11/pg11.txt'

/** Characters. */
const [minLength, maxLength] = [50, 500]
const maxBytes = 20e6

export interface AliceOptions {
  /** Where the file is written, and the book kept. */
  folder: string
  passages: number
  minSentences: number
  maxSentences: number
  seed: number
  /** A text on this machine, instead of the book. */
  from?: string | undefined
  /** Where the book is fetched from, also where one is kept. Default Project Gutenberg. */
  url?: URL | undefined
  /** Fetch it although it is kept. */
  forceDownload?: boolean | undefined
  /** Called before something is fetched. */
  onDownload?: ((url: URL) => void) | undefined
  download?: DownloadOptions | undefined
}

/**
 * Writes passages of Alice's Adventures in Wonderland as a file: the same passages for the same text and seed.
 * @throws INPUT_NOT_FOUND, DATASET_INVALID of a text on this machine; what `downloadBook` throws; USAGE where the text has too
 * few passages; OUTPUT_UNWRITABLE, DISK_FULL. Then the file is as it was.
 */
export const writeAlice = async (options: AliceOptions): Promise<WrittenDataset> => {
  const {folder, minSentences, maxSentences, seed} = options
  if (maxSentences < minSentences) {
    const found = `at least ${minSentences} and at most ${maxSentences} sentences`
    throw new EssenceError('USAGE', `No passage has ${found}: raise --max-sentences.`)
  }
  const {text, url} = await readBook(options)
  const random = seededRandom(seed)
  const passages = extractPassages(sentencesOf(text), {...options, minLength, maxLength, random})
  const content = {
    metadata: {
      source: "Alice's Adventures in Wonderland, by Lewis Carroll",
      source_url: url,
      generated_at: new Date().toISOString(),
      total_passages: passages.length,
      extraction_params: {
        ...{min_sentences: minSentences, max_sentences: maxSentences, min_length: minLength, max_length: maxLength},
      },
      seed,
    },
    passages,
  }
  const file = alicePath(folder)
  await writeDatasetFile(file, `${JSON.stringify(content, null, 2)}\n`)
  return {file, count: passages.length, seed, sha256: phrasesDigest(passagePhrases(passages))}
}

const readBook = async (options: AliceOptions): Promise<{text: string; url: string}> => {
  const {folder, from, url = new URL(aliceUrl), forceDownload, onDownload, download} = options
  if (from !== undefined) return {text: await textAt(from), url: pathToFileURL(from).href}
  const kept = bookPath(folder)
  const isKept = await stat(kept).then(
    () => true,
    () => false,
  )
  if (!isKept || forceDownload || options.url !== undefined) {
    onDownload?.(url)
    await writeDatasetFile(kept, await downloadBook(url, download))
  }
  return {text: await textAt(kept, ['Fetch it again: essence dataset alice --force-download']), url: url.href}
}

const textAt = async (path: string, suggestions?: string[]): Promise<string> => {
  const found = await stat(path).catch(error => {
    throw unreadable(path, error)
  })
  if (found.size > maxBytes)
    throw invalidDataset(
      path,
      `it has ${readableBytes(found.size)}; expected a book of at most ${readableBytes(maxBytes)}`,
    )
  const bytes = await readFile(path).catch(error => {
    throw unreadable(path, error)
  })
  const book = bookText(bytes, {marked: false})
  if (book.fault !== undefined) throw invalidDataset(path, book.fault, suggestions ?? fromAdvice)
  return book.text
}

const fromAdvice = ['Give a book as plain text in UTF-8; of another encoding: iconv -f latin1 -t utf-8 FILE']
