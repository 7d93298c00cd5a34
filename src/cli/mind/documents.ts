import {readdir, readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {Mind} from '../../assistant/port.ts'
import type {Settings} from '../../config/schema.ts'
import type {DocumentInfo, Documents, Passage} from '../../documents/port.ts'
import {openDocumentsOf} from '../../engines/mind/documents.ts'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {withMind} from './with-mind.ts'

/** Letters of an id that are shown, and that suffice to name a document. */
const shownId = 8

/** Documents of a June that runs, or in this process; only here can one wait for vectors. */
type UsedDocuments = Mind['documents'] & Partial<Pick<Documents, 'settle'>>

/** Does something with the documents of the June that runs, or else with those the settings name. @throws as `withMind` */
export const withDocuments = <T>(
  settings: Settings,
  log: (message: string) => void,
  work: (documents: UsedDocuments) => Promise<T>,
): Promise<T> => {
  const here = () => openDocumentsOf(settings, {log})
  return withMind<UsedDocuments, Documents, T>({settings, log, of: ({documents}) => documents, here}, work)
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
