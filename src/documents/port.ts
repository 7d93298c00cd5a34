export const documentKinds = ['text', 'markdown', 'html', 'pdf', 'docx'] as const
export type DocumentKind = (typeof documentKinds)[number]

export interface DocumentInfo {
  id: string
  /** As people call it: its title or file name. */
  name: string
  kind: DocumentKind
  bytes: number
  /** Where it has pages. */
  pages?: number | undefined
  chunks: number
  addedAt: Date
  /** Whose it is; absent: everybody's. */
  owner?: string | undefined
  /** `indexing` while vectors are being made; its words are found meanwhile. */
  state: 'ready' | 'indexing'
}

/** A part of a document that was found. */
export interface Passage {
  id: string
  document: Pick<DocumentInfo, 'id' | 'name'>
  text: string
  /** From 1, where the document has pages. */
  page?: number | undefined
  /** The headings above it, outermost first. */
  headings: string[]
  /** Greater is nearer; comparable within one answer only. */
  score: number
}

export interface DocumentSearch {
  limit?: number | undefined
  /** Also this person's own, beside everybody's. */
  owner?: string | undefined
  /** Only in these. */
  documents?: readonly string[] | undefined
  signal?: AbortSignal | undefined
}

/** What June has read. */
export interface Documents {
  /**
   * Reads a document and makes it findable; the same bytes of the same owner again are the same document.
   * @throws DOCUMENT_UNREADABLE (no text in it, encrypted, damaged, of an unknown kind), DOCUMENT_TOO_LARGE, STORE_UNAVAILABLE, CANCELLED
   */
  add(
    source: {name: string; bytes: Uint8Array; owner?: string | undefined},
    options?: {signal?: AbortSignal | undefined; onProgress?: ((done: number, all: number) => void) | undefined},
  ): Promise<DocumentInfo>
  list(owner?: string): Promise<DocumentInfo[]>
  /**
   * @param owner only where it is this person's own; undefined: whoever it belongs to, for those who administrate
   * @throws DOCUMENT_UNKNOWN (also another person's, or everybody's)
   */
  remove(id: string, owner: string | undefined): Promise<void>
  /** By meaning and by words, fused; best first. */
  search(query: string, options?: DocumentSearch): Promise<Passage[]>
  /** Makes vectors that are missing, or of another model, in the background; resolves when there are none left. */
  settle(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}
