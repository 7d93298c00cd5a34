import {EssenceError} from '../../kit/errors.ts'
import type {DocumentKind} from '../port.ts'

/** Bytes that tell what a file is. */
const headBytes = 4096

/** What a PDF may begin with before it says that it is one. */
const pdfMarkWithin = 1024

const foreign: [magic: number[], what: string][] = [
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], 'Rich Text; save it as .docx'],
  [[0x1f, 0x8b], 'compressed with gzip; unpack it'],
  [[0x89, 0x50, 0x4e, 0x47], 'an image'],
  [[0xff, 0xd8, 0xff], 'an image'],
]

/**
 * What a document is: by its bytes; only Markdown, which is text, by its name.
 * @throws DOCUMENT_UNREADABLE (nothing that is read here)
 */
export const kindOf = (name: string, bytes: Uint8Array): DocumentKind => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head = buffer.subarray(0, headBytes)
  const begins = (magic: number[]): boolean => magic.every((byte, at) => head[at] === byte)
  if (head.subarray(0, pdfMarkWithin).includes('%PDF-')) return 'pdf'
  if (begins([0x50, 0x4b, 0x03, 0x04])) {
    if (buffer.includes('word/document')) return 'docx'
    throw unreadable(name, 'it is a ZIP archive and no Word document')
  }
  if (begins([0xd0, 0xcf, 0x11, 0xe0])) {
    const encrypted = buffer.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    throw unreadable(name, encrypted ? 'it is encrypted with a password' : 'it is of an old Office; save it as .docx')
  }
  for (const [magic, what] of foreign) if (begins(magic)) throw unreadable(name, `it is ${what}`)
  if (/\.(?:md|markdown|mdown)$/i.test(name)) return 'markdown'
  const start = head.toString('latin1').replaceAll('\0', '')
  const looksHtml = /^[^<]{0,8}(?:<\?xml[^>]*>|<!--[\s\S]*?-->|\s)*<(?:!doctype html|html|head|body)[\s>]/i.test(start)
  return looksHtml || /\.x?html?$/i.test(name) ? 'html' : 'text'
}

/** What was wrong with a document. */
export const unreadable = (name: string, why: string, cause?: unknown): EssenceError =>
  new EssenceError('DOCUMENT_UNREADABLE', `${name} cannot be read: ${why}.`, {
    suggestions: ['Text, Markdown, HTML, PDF and DOCX are read.'],
    cause,
  })
