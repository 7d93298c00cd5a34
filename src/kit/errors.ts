/** Who has to act: the user, the owner of this machine (environment: files, network here), the remote side, or us (a bug). */
export type ErrorKind = 'user' | 'environment' | 'remote' | 'bug'

interface ErrorRow {
  kind: ErrorKind
  /** Process exit status; the table of statuses is in docs/exit-codes.md. */
  exit: number
  /** Trying the same again, unchanged, may work. */
  retryable: boolean
}

const row = (kind: ErrorKind, exit: number, retryable = false): ErrorRow => ({kind, exit, retryable})

/** Every error Essence raises on purpose. A new one is a row here. */
export const errorTable = {
  USAGE: row('user', 2),
  UNKNOWN_COMMAND: row('user', 127),
  CONFIG_INVALID: row('user', 3),
  TOKEN_MISSING: row('user', 4),
  TOKEN_REJECTED: row('user', 4),
  NOT_ALLOWED: row('user', 4),
  RATE_LIMITED: row('environment', 7, true),
  USER_UNKNOWN: row('user', 2),
  PAIRING_UNKNOWN: row('user', 2),
  KEY_UNKNOWN: row('user', 2),
  CONVERSATION_UNKNOWN: row('user', 2),
  INPUT_NOT_FOUND: row('user', 2),
  OUTPUT_UNWRITABLE: row('environment', 3),
  AUDIO_EMPTY: row('user', 2),
  AUDIO_UNREADABLE: row('user', 2),
  AUDIO_TOO_LARGE: row('user', 2),
  AUDIO_TOO_LONG: row('user', 2),
  DATASET_INVALID: row('user', 2),
  SCENARIO_INVALID: row('user', 2),
  DOCUMENT_UNREADABLE: row('user', 2),
  DOCUMENT_TOO_LARGE: row('user', 2),
  DOCUMENT_UNKNOWN: row('user', 2),
  FACT_UNKNOWN: row('user', 2),
  NO_SPEECH: row('user', 2),
  SPEAKER_MISMATCH: row('user', 2),
  SPEAKER_UNKNOWN: row('user', 2),
  MODEL_MISSING: row('environment', 3),
  MODEL_INVALID: row('environment', 8),
  MODEL_UNKNOWN: row('user', 2),
  MODEL_GATED: row('user', 4),
  DIGEST_MISMATCH: row('remote', 8),
  VOICE_UNKNOWN: row('user', 2),
  ENGINE_UNAVAILABLE: row('environment', 3),
  ENGINE_FAILED: row('environment', 6),
  ENGINE_BUSY: row('environment', 7, true),
  CONTEXT_FULL: row('user', 2),
  PROGRAM_MISSING: row('environment', 3),
  PROGRAM_FAILED: row('environment', 6),
  PORT_IN_USE: row('environment', 7),
  LOCKED: row('environment', 7),
  STORE_UNAVAILABLE: row('environment', 3, true),
  RECORD_INVALID: row('environment', 8),
  DECRYPTION_FAILED: row('environment', 8),
  DATA_DIR_UNWRITABLE: row('environment', 3),
  DISK_FULL: row('environment', 3),
  POLLER_CONFLICT: row('remote', 7),
  REMOTE_UNREACHABLE: row('remote', 5, true),
  REMOTE_REFUSED: row('remote', 5),
  TIMED_OUT: row('remote', 5, true),
  UNHEALTHY: row('environment', 6),
  BUILD_FAILED: row('environment', 6),
  SECRET_FOUND: row('user', 8),
  RELEASE_INVALID: row('user', 8),
  SIGNATURE_INVALID: row('user', 8),
  RELEASE_UNFIT: row('environment', 3),
  RELEASE_UNKNOWN: row('user', 2),
  DEPLOY_FAILED: row('environment', 6),
  TEST_FAILED: row('environment', 6),
  REPORT_INVALID: row('user', 8),
  HOST_KEY_UNKNOWN: row('user', 4),
  HOST_KEY_CHANGED: row('remote', 4),
  SSH_REFUSED: row('user', 4),
  CANCELLED: row('user', 130),
  BUG: row('bug', 1),
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof errorTable

export interface ErrorOptions {
  /** What to do next, one step per line, most useful first. */
  suggestions?: string[]
  cause?: unknown
  /** What is known nevertheless: `data` under `--json`, of the machines on which it was done. */
  report?: unknown
  /** ms until the same may work: for `Retry-After`. */
  retryAfterMs?: number | undefined
}

const brand = Symbol.for('essence.error')

/** An error with a row in the table. The message names the thing, what was expected and what was found; never a secret. */
export class EssenceError extends Error {
  readonly [brand] = true
  readonly code: ErrorCode
  readonly suggestions: string[]
  readonly report: unknown
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause})
    this.name = 'EssenceError'
    this.code = code
    this.suggestions = options.suggestions ?? []
    this.report = options.report
    this.retryAfterMs = options.retryAfterMs
  }

  get kind(): ErrorKind {
    return errorTable[this.code].kind
  }

  get exit(): number {
    return errorTable[this.code].exit
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable
  }
}

/** True also for errors of another copy of this module (a linked plugin brings its own). */
export const isEssenceError = (error: unknown): error is EssenceError =>
  error instanceof Error && (error as {[brand]?: boolean})[brand] === true

/**
 * Refuses a request beyond a bound.
 * @param owner of the bound: "The speech recogniser"
 * @param limit requests it takes at once, waiting ones included
 * @param retryAfterMs ms until there may be room, where the owner knows
 */
export const busyError = (owner: string, limit: number, retryAfterMs?: number): EssenceError =>
  new EssenceError('ENGINE_BUSY', `${owner} has ${limit} requests under way, as many as it takes at once.`, {
    suggestions: ['Try again in a moment.'],
    retryAfterMs,
  })

/** What failed as others may know it: the text of a bug is for the log. */
export const knownError = (error: unknown): EssenceError =>
  isEssenceError(error) ? error : new EssenceError('BUG', 'Something went wrong on this side.', {cause: error})

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The `code` of a Node.js system error (`ENOENT`, `EADDRINUSE` …), if it has one. */
export const systemCodeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Throws CANCELLED when the signal is aborted; the abort's own reason becomes the cause. */
export const throwIfCancelled = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted) throw new EssenceError('CANCELLED', 'Cancelled.', {cause: signal.reason})
}
