import type {ErrorCode} from '../../../kit/errors.ts'

/** A file that is open in the process that asks. */
interface FileJob {
  /** Leads to it as long as it stays open there. */
  path: string
  /** What messages call it. */
  name: string
  /** In bytes. */
  size: number
}

/** What a decoder is asked for, one job at a time. */
export type Job =
  | ({type: 'file'; sampleRate: number; maxDurationMs: number} & FileJob)
  /** Bytes that come while they are decoded. */
  | {type: 'stream'; name: string; sampleRate: number}
  /** How long a file says it is. */
  | ({type: 'probe'} & FileJob)

export type Request =
  | Job
  /** The answer to `want`; no bytes: that was all. */
  | {type: 'bytes'; bytes: Uint8Array}
  /** So many pieces have been taken: as many more may come. */
  | {type: 'taken'; pieces: number}

export type Reply =
  /** Mono samples, −1..1. */
  | {type: 'pcm'; pcm: Float32Array}
  | {type: 'want'; bytes: number}
  /** @property durationMs of a probe: undefined where the file does not say */
  | {type: 'done'; durationMs?: number | undefined}
  | {type: 'failed'; failure: {code: ErrorCode; message: string; suggestions: string[]; cause?: string | undefined}}

/** Pieces of sound that may be on their way: enough that neither side waits for the other, few enough to hold no memory. */
export const piecesAhead = 16
