import {closeSync, fstatSync, openSync, renameSync, rmSync, writeSync} from 'node:fs'
import {systemCodeOf} from '../../../kit/errors.ts'

export interface LogFileOptions {
  /** Bytes after which a file is put aside. Default 10 MiB. */
  maxBytes?: number | undefined
  /** Files kept, the current one included: `x.log`, `x.log.1` … the oldest last. Default 5. */
  files?: number | undefined
}

/**
 * A file that lines are appended to, put aside when it is large. Whole lines only, written at once: none is lost or cut by
 * a change of files, and what was told before a crash is on disk.
 */
export class LogFile {
  readonly path: string
  #maxBytes = 10 * 1024 ** 2
  #files = 5
  #fd: number | undefined
  #size = 0
  /** Lines that could not be written, as on a full disk; told once there is room again. */
  #lost = 0

  constructor(path: string, options: LogFileOptions = {}) {
    this.path = path
    this.limit(options)
  }

  /** Changes when files are put aside, and how many are kept. */
  limit({maxBytes = this.#maxBytes, files = this.#files}: LogFileOptions): void {
    this.#maxBytes = maxBytes
    this.#files = files
  }

  /** Never throws: a service does not end because its log cannot be written. */
  write(line: Buffer | string): void {
    const bytes = Buffer.concat([Buffer.from(line), lineEnd])
    try {
      if (this.#lost > 0) {
        this.#append(Buffer.from(`(${this.#lost} lines are missing here: the log could not be written)\n`))
        this.#lost = 0
      }
      this.#append(bytes)
    } catch {
      this.#lost++
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #append(bytes: Buffer): void {
    if (this.#fd !== undefined && this.#size > 0 && this.#size + bytes.length > this.#maxBytes) this.#rotate()
    if (this.#fd === undefined) {
      this.#fd = openSync(this.path, 'a', 0o640)
      this.#size = fstatSync(this.#fd).size
    }
    for (let done = 0; done < bytes.length; ) {
      const written = writeSync(this.#fd, bytes, done)
      done += written
      this.#size += written
    }
  }

  #rotate(): void {
    this.close()
    rmSync(`${this.path}.${this.#files - 1}`, {force: true})
    for (let number = this.#files - 1; number > 0; number--) {
      try {
        renameSync(number === 1 ? this.path : `${this.path}.${number - 1}`, `${this.path}.${number}`)
      } catch (error) {
        if (systemCodeOf(error) !== 'ENOENT') throw error
      }
    }
  }
}

const lineEnd = Buffer.from('\n')
