import {type SQL, sql} from 'drizzle-orm'
import type {DocumentSearch} from './port.ts'

export type Seen = Pick<DocumentSearch, 'owner' | 'documents'>

/** What of all documents a person may see, and asks for. */
export const visible = ({owner, documents}: Seen): SQL => {
  const theirs =
    owner === undefined ? sql`documents.owner is null` : sql`(documents.owner is null or documents.owner = ${owner})`
  return documents
    ? sql`${theirs} and documents.id::text = any(select jsonb_array_elements_text(${JSON.stringify(documents)}::text::jsonb))`
    : theirs
}
