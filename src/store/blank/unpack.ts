// In the worker thread of the embedded database: relative imports only.
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {brotliDecompressSync} from 'node:zlib'
import {Parser} from 'tar'
import {blankFolder, readPacked} from './packed.ts'

/**
 * Lays out a blank database in a folder that is not there yet.
 * @returns whether there is one to trust; if not, nothing was written
 * @throws the system's error (ENOSPC, EACCES …)
 */
export const unpackBlank = (folder: string, from = blankFolder): boolean => {
  const packed = readPacked(from)
  if (!packed) return false
  mkdirSync(folder)
  // node-tar parses, we write: its `extract` takes three times the time.
  const parser = new Parser({
    strict: true,
    onReadEntry: entry => {
      const path = join(folder, entry.path)
      if (entry.type === 'Directory') mkdirSync(path)
      const pieces: Buffer[] = []
      entry.on('data', piece => pieces.push(piece))
      if (entry.type === 'File') entry.on('end', () => writeFileSync(path, Buffer.concat(pieces)))
    },
  })
  // All of it is written when this returns.
  parser.end(brotliDecompressSync(packed))
  return true
}
