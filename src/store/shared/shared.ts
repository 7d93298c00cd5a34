/** What a column holds; a boolean is 0 or 1, a moment ms since the epoch, anything with a shape JSON in a text. */
export type Value = string | number | null

/** One statement, with its values. */
export type Statement = readonly [sql: string, values: readonly Value[]]

/** A small database that any number of processes use at once: what channels, workers and commands know of each other. */
export interface SharedDatabase {
  readonly kind: 'sqlite' | 'postgres'
  /** For people, without a password: its file, or `host/database`. */
  readonly where: string
  /**
   * Runs one statement, which is a transaction of its own, and is on the disk when this resolves.
   * @param sql understood by SQLite and PostgreSQL, with `?` for each value
   * @param options `lasts: false` where a loss of power may undo it: no process waits for the disk then
   * @returns the rows it gives back
   * @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE
   */
  run<Row = Record<string, Value>>(sql: string, values?: readonly Value[], options?: {lasts?: boolean}): Promise<Row[]>
  /** Runs several statements, all or none. @throws as `run` */
  all(statements: readonly Statement[]): Promise<void>
  /** ms since the epoch by the clock of its server, where it has one: processes of several machines have no other in common. */
  now?(): Promise<number>
  close(): Promise<void>
}
