import {createHash} from 'node:crypto'
import {createWriteStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {pipeline} from 'node:stream/promises'
import {create} from 'tar'
import {manifestName, type ReleaseFile} from './contents.ts'
import {parallelGzip} from './parallel-gzip.ts'

export interface Packed {
  /** Hex, of the compressed tarball. */
  sha256: string
  /** Bytes, compressed. */
  size: number
}

/**
 * Packs a release: the manifest first, then the files in the manifest's order; regular files only. What could differ from
 * build to build (owners, times, order, the bits a umask takes) is fixed.
 * @param prefix the folder everything lies in
 */
export const pack = async (
  folder: string,
  files: readonly ReleaseFile[],
  options: {prefix: string; date: Date; destination: string; signal: AbortSignal; onBytes?: (bytes: number) => void},
): Promise<Packed> => {
  const {prefix, date, destination, signal, onBytes} = options
  const modes = new Map(files.map(({path, mode}) => [path, mode as number]))
  const tar = create(
    {
      cwd: folder,
      prefix,
      portable: true,
      mtime: date,
      noDirRecurse: true,
      strict: true,
      onWriteEntry: entry => {
        if (entry.stat) entry.stat.mode = (entry.stat.mode & ~0o777) | (modes.get(entry.path) ?? 0o644)
      },
    },
    [manifestName, ...files.map(({path}) => path)],
  )
  const hash = createHash('sha256')
  async function* counted(): AsyncGenerator<Buffer> {
    let read = 0
    for await (const chunk of tar as AsyncIterable<Buffer>) {
      read += chunk.length
      onBytes?.(read)
      yield chunk
    }
  }
  async function* hashed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      yield chunk
    }
  }
  await pipeline(hashed(parallelGzip(counted())), createWriteStream(destination, {flags: 'wx'}), {signal})
  return {sha256: hash.digest('hex'), size: (await stat(destination)).size}
}
