import {readdir, readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {Mind} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'
import type {DocumentInfo, Documents, Passage} from '../../documents/port.ts'
import {openDocumentsOf} from '../../engines/mind/documents.ts'
import {remoteAssistant} from '../../engines/remote/assistant.ts'
import {mindUrl} from '../../engines/remote/mind-url.ts'
import {connectTimeoutMs} from '../../engines/remote/speech.ts'
import {EssenceError, messageOf} from '../../kit/errors.ts'

/** Letters of an id that are shown, and that suffice to name a document. */
const shownId = 8

/** Documents of a June that runs, or in this process; only here can one wait for vectors. */
type UsedDocuments = NonNullable<Mind['documents']> & Partial<Pick<Documents, 'settle'>>

/**
 * Does something with the documents of the June that runs, or else with those the settings name.
 * @throws as `openDocumentsOf` and `remoteAssistant`, ENGINE_UNAVAILABLE (she reads none), and what the work throws
 */
export const withDocuments = async <T>(
  settings: Settings,
  log: (message: string) => void,
  work: (documents: UsedDocuments) => Promise<T>,
): Promise<T> => {
  const url = await mindUrl(settings)
  const used = url === undefined ? await here(settings, log) : await elsewhere(settings, url, log)
  try {
    return await work(used.documents)
  } finally {
    await used.close()
  }
}

interface Used {
  documents: UsedDocuments
  close(): Promise<void>
}

const here = async (settings: Settings, log: (message: string) => void): Promise<Used> => {
  const documents = await openDocumentsOf(settings, {log})
  return {documents, close: () => documents.close()}
}

const elsewhere = async (settings: Settings, url: string, log: (message: string) => void): Promise<Used> => {
  const options = {waitMs: connectTimeoutMs, onProgress: log}
  const assistant = await remoteAssistant({...settings, LLM_URL: url}, options)
  const documents = assistant?.mind?.documents
  if (assistant && documents) return {documents, close: () => assistant.close()}
  await assistant?.close()
  throw new EssenceError('ENGINE_UNAVAILABLE', `The June at ${url} reads no documents.`)
}

/** The files that paths name: themselves, or with `recursive` all within a folder. @throws INPUT_NOT_FOUND, USAGE (a folder) */
export const filesOf = async (path: string, recursive: boolean): Promise<string[]> => {
  const found = await stat(path).catch(cause => {
    throw new EssenceError('INPUT_NOT_FOUND', `${path} cannot be read: ${messageOf(cause)}`, {cause})
  })
  if (!found.isDirectory()) return [path]
  if (!recursive)
    throw new EssenceError('USAGE', `${path} is a folder; a file was expected.`, {
      suggestions: ['Pass --recursive to add all files in it.'],
    })
  const entries = await readdir(path, {recursive: true, withFileTypes: true})
  return entries
    .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
    .map(({parentPath, name}) => join(parentPath, name))
    .toSorted()
}

/** Reads a file that is to become a document. @throws INPUT_NOT_FOUND, DOCUMENT_TOO_LARGE (before it is read) */
export const readDocumentFile = async (path: string, maxMb: number): Promise<Uint8Array> => {
  try {
    const {size} = await stat(path)
    if (size > maxMb * 2 ** 20)
      throw new EssenceError(
        'DOCUMENT_TOO_LARGE',
        `${path} has ${(size / 2 ** 20).toFixed(1)} MiB; ${maxMb} MiB are read at most (DOCUMENT_MAX_MB).`,
      )
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof EssenceError) throw cause
    throw new EssenceError('INPUT_NOT_FOUND', `${path} cannot be read: ${messageOf(cause)}`, {cause})
  }
}

/** The document that an id, or the beginning of one, names. @throws DOCUMENT_UNKNOWN (none, or several) */
export const documentNamed = async (
  documents: Pick<Documents, 'list'>,
  owner: string | undefined,
  id: string,
): Promise<DocumentInfo> => {
  const named = (await documents.list(owner)).filter(each => id !== '' && each.id.startsWith(id.toLowerCase()))
  const [document] = named
  if (document && named.length === 1) return document
  const found = named.length > 1 ? `${named.length} documents begin so` : 'there is none'
  throw new EssenceError('DOCUMENT_UNKNOWN', `"${id}" names no document: ${found}.`, {
    suggestions: [
      `See what there is: ${owner === undefined ? 'essence documents list' : `essence documents list --speaker ${owner}`}`,
    ],
  })
}

/** A line for people: what it is, whose, and how far its vectors are. */
export const documentLine = ({id, name, kind, pages, chunks, owner, state}: DocumentInfo): string => {
  const details = [
    kind,
    pages === undefined ? [] : `${pages} pages`,
    `${chunks} parts`,
    owner === undefined ? [] : `of ${owner}`,
    state === 'indexing' ? 'indexing' : [],
  ]
  return `${id.slice(0, shownId)}  ${name} (${details.flat().join(', ')})`
}

/** Lines for people: where it stands, and what it says. */
export const passageLines = ({document, page, headings, text}: Passage): string[] => [
  [document.name, page === undefined ? [] : `page ${page}`, headings].flat().join(', '),
  ...text.split('\n').map(line => `  ${line}`),
]
