import {createHash, type Hash} from 'node:crypto'
import {closeSync, linkSync, mkdirSync, openSync, writeSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {ReadEntry} from 'tar'

/** A file as it was written. */
export interface Written {
  path: string
  /** Absent for one that is shared with another release. */
  sha256?: string
}

/**
 * Writes the entries of an archive into a fresh folder, and hashes them as they pass: so each byte is touched once. One
 * entry comes after the other, in small pieces, and thousands of files are written: without a promise for each piece that
 * takes half the time. Only regular files come here, below a folder in which nothing else was made, so no path leads out.
 */
export class EntryWriter {
  readonly #folder: string
  readonly #onWritten: (file: Written) => void
  readonly #onError: (error: unknown) => void
  readonly #made = new Set<string>()
  #open: {fd: number; path: string; hash: Hash} | undefined

  constructor(folder: string, onWritten: (file: Written) => void, onError: (error: unknown) => void) {
    this.#folder = folder
    this.#onWritten = onWritten
    this.#onError = onError
  }

  /**
   * @param path inside the folder, checked already
   * @param shared a file of the same content, checked already, that a link to it can stand for
   */
  write(entry: ReadEntry, path: string, mode: number, shared?: string): void {
    this.#try(() => {
      const location = join(this.#folder, path)
      const parent = dirname(location)
      if (!this.#made.has(parent)) mkdirSync(parent, {recursive: true})
      this.#made.add(parent)
      if (shared !== undefined && isLinked(shared, location)) return this.#onWritten({path})
      // Fails where something is there already.
      this.#open = {fd: openSync(location, 'wx', mode), path, hash: createHash('sha256')}
    })
    // Nothing is open where a link stands for the content: it passes.
    entry.on('data', (piece: Buffer) => this.#try(() => this.#piece(piece)))
    entry.on('end', () => this.#try(() => this.#end()))
  }

  /** Lets go of a file that is half written. */
  close(): void {
    if (this.#open) closeSync(this.#open.fd)
    this.#open = undefined
  }

  #piece(piece: Buffer): void {
    if (!this.#open) return
    const {fd, hash} = this.#open
    for (let at = 0; at < piece.length; ) at += writeSync(fd, piece, at)
    hash.update(piece)
  }

  #end(): void {
    if (!this.#open) return
    const {path, hash} = this.#open
    this.close()
    this.#onWritten({path, sha256: hash.digest('hex')})
  }

  /** What is thrown into the parser would be lost, or end the process. */
  #try(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.close()
      this.#onError(error)
    }
  }
}

/** False on a disk that makes no (more) hard links, or only of what one owns: the content is then written, and that tells what is wrong. */
const isLinked = (from: string, to: string): boolean => {
  try {
    linkSync(from, to)
    return true
  } catch {
    return false
  }
}
