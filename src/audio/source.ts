/** Sound as it comes from outside: a file's path, bytes in memory, or a stream of bytes. Any container and codec. */
export type AudioSource = {path: string} | {bytes: Uint8Array} | {stream: AsyncIterable<Uint8Array>}

/** The source a command's argument names: a file, or `-` for standard input. */
export const sourceOf = (argument: string): AudioSource =>
  argument === '-' ? {stream: process.stdin} : {path: argument}
