import type {FileHandle} from 'node:fs/promises'

/** An audio source made a file: FFmpeg can seek in it, and reads it without a way back into JavaScript. */
export interface AudioInput extends AsyncDisposable {
  /** What messages call it. */
  readonly name: string
  /** Size in bytes, more than 0. */
  readonly size: number
  readonly file: FileHandle
}

/**
 * Sound as it comes from outside: a file's path, bytes in memory, a stream of bytes, or one that was opened before (`openInput`), which
 * stays its opener's to close. Any container and codec.
 */
export type AudioSource =
  | {path: string}
  | {bytes: Uint8Array}
  | {stream: AsyncIterable<Uint8Array>}
  | {input: AudioInput}

/** The source a command's argument names: a file, or `-` for standard input. */
export const sourceOf = (argument: string): AudioSource =>
  argument === '-' ? {stream: process.stdin} : {path: argument}
