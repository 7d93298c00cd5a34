import * as z from 'zod'
import type {Documents, Passage} from '../../documents/port.ts'
import type {Source} from '../port.ts'
import {defineTool, type Tool} from '../tool.ts'

const passages = 5

export const documentSearch = (documents: Pick<Documents, 'search'>): Tool =>
  defineTool({
    name: 'document_search',
    description: 'Searches the documents that were added, and quotes what matters with its name and page.',
    input: z.strictObject({query: z.string().min(1).max(1000)}),
    effect: 'none',
    foreign: true,
    async run({query}, {speaker, documents: only, signal}) {
      const found = await documents.search(query, {limit: passages, owner: speaker, documents: only, signal})
      if (found.length === 0) return 'Nothing was found.'
      return {text: found.map(passageText).join('\n\n'), sources: sourcesOf(found)}
    },
  })

const passageText = ({document: {name}, page, headings, text}: Passage): string => {
  const place = [name, page === undefined ? [] : `page ${page}`, headings].flat().join(', ')
  return `[${place}]\n${text}`
}

/** Each document and page once, in the order they were found. */
const sourcesOf = (found: readonly Passage[]): Source[] => {
  const sources = found.map(({document: {id, name}, page}) => ({id, name, page}))
  return [...new Map(sources.map(source => [`${source.id} ${source.page ?? ''}`, source])).values()]
}
