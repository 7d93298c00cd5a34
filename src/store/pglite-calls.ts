export interface PgliteData {
  folder: string
}

export interface PgliteQuery {
  sql: string
  /** Absent: several statements, without parameters. */
  params?: unknown[] | undefined
  rowMode?: 'array' | 'object' | undefined
}

/** Rows, or why the database refused: its SQLSTATE and message. */
export type PgliteAnswer = {rows: unknown[]} | {refused: {code: string; message: string}}

export type PgliteCalls = {
  /** As `unpackBlank`, before the database is opened. */
  unpackBlank: {input: {folder: string; from: string | undefined}; output: boolean}
  open: {input: undefined; output: undefined}
  query: {input: PgliteQuery; output: PgliteAnswer}
}
