import {getDocumentProxy} from 'unpdf'
import {messageOf} from '../../kit/errors.ts'
import {type Block, blocksOfText} from './blocks.ts'
import {unreadable} from './kind.ts'

interface PdfText {
  str: string
  hasEOL: boolean
  transform: number[]
  height: number
}

/** Lines further apart than this, in heights of a line, are of two paragraphs. */
const paragraphGap = 1.8

/**
 * The text of a PDF, page by page.
 * @throws DOCUMENT_UNREADABLE (encrypted, damaged, more than `maxPages`)
 */
export const blocksOfPdf = async (
  name: string,
  bytes: Uint8Array,
  maxPages: number,
): Promise<{blocks: Block[]; pages: number}> => {
  // Copied, as the library takes its buffer away.
  const pdf = await getDocumentProxy(Uint8Array.from(bytes), {verbosity: 0}).catch(error => {
    const why =
      error instanceof Error && error.name === 'PasswordException'
        ? 'it is encrypted with a password'
        : `it is damaged (${messageOf(error)})`
    throw unreadable(name, why, error)
  })
  if (pdf.numPages > maxPages) throw unreadable(name, `it has ${pdf.numPages} pages; ${maxPages} are read at most`)
  const blocks: Block[] = []
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    const {items} = await page.getTextContent()
    blocks.push(...blocksOfText(textOf(items.filter(item => 'str' in item) as PdfText[]), number))
    page.cleanup()
  }
  return {blocks, pages: pdf.numPages}
}

/** Lines as they stand; an empty one where there is a gap. Words that a line end cut are joined again. */
const textOf = (items: readonly PdfText[]): string => {
  let text = ''
  let lastY: number | undefined
  for (const {str, hasEOL, transform, height} of items) {
    const y = transform[5] ?? 0
    if (str.trim() !== '') {
      if (lastY !== undefined && height > 0 && Math.abs(lastY - y) > height * paragraphGap) text += '\n'
      lastY = y
    }
    text += str
    if (hasEOL) text += '\n'
  }
  return text.replace(/(\p{Ll})[-\u00ad]\n(\p{Ll})/gu, '$1$2')
}
