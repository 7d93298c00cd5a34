import {messageOf} from '../../kit/errors.ts'
import type {DocumentKind} from '../port.ts'
import {type Block, blocksOfHtml, blocksOfText} from './blocks.ts'
import {type Chunk, chunksOf} from './chunks.ts'
import {decodeText} from './decode-text.ts'
import {kindOf, unreadable} from './kind.ts'

export interface ReadLimits {
  maxPages: number
  /** Of all its text. */
  maxCharacters: number
}

export interface ReadDocument {
  kind: DocumentKind
  pages?: number | undefined
  chunks: Chunk[]
}

/**
 * Reads a document and cuts it into chunks. What it takes in memory and time, the caller limits.
 * @throws DOCUMENT_UNREADABLE
 */
export const readDocument = async (name: string, bytes: Uint8Array, limits: ReadLimits): Promise<ReadDocument> => {
  const kind = kindOf(name, bytes)
  const {blocks, pages} = await read(kind, name, bytes, limits)
  const characters = blocks.reduce((sum, {text}) => sum + text.length, 0)
  if (characters > limits.maxCharacters)
    throw unreadable(name, `it has ${characters} characters of text; ${limits.maxCharacters} are read at most`)
  const chunks = chunksOf(blocks)
  if (chunks.length > 0) return {kind, pages, chunks}
  throw unreadable(name, kind === 'pdf' ? 'it has no text, only images; it was scanned, perhaps' : 'it has no text')
}

const read = async (
  kind: DocumentKind,
  name: string,
  bytes: Uint8Array,
  {maxPages}: ReadLimits,
): Promise<{blocks: Block[]; pages?: number}> => {
  switch (kind) {
    case 'pdf':
      return (await import('./pdf.ts')).blocksOfPdf(name, bytes, maxPages)
    case 'text':
      return {blocks: blocksOfText(decodeText(name, bytes))}
    case 'html':
      return {blocks: blocksOfHtml(decodeText(name, bytes, charsetOf(bytes)))}
    case 'markdown':
      return {blocks: blocksOfHtml(await htmlOfMarkdown(name, decodeText(name, bytes)))}
    case 'docx':
      return {blocks: blocksOfHtml(await htmlOfDocx(name, bytes))}
  }
}

const charsetOf = (bytes: Uint8Array): string | undefined =>
  /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(Buffer.from(bytes.subarray(0, 2048)).toString('latin1'))?.[1]

const htmlOfMarkdown = async (name: string, text: string): Promise<string> => {
  const {marked} = await import('marked')
  try {
    return await marked.parse(text.replace(/^---\n[\s\S]*?\n---\n/, ''))
  } catch (error) {
    throw unreadable(name, `its Markdown cannot be followed (${messageOf(error)})`, error)
  }
}

const htmlOfDocx = async (name: string, bytes: Uint8Array): Promise<string> => {
  const {default: mammoth} = await import('mammoth')
  try {
    const nothing = mammoth.images.imgElement(async () => ({src: ''}))
    return (await mammoth.convertToHtml({buffer: Buffer.from(bytes)}, {convertImage: nothing})).value
  } catch (error) {
    throw unreadable(name, `it is a damaged Word document (${messageOf(error)})`, error)
  }
}
