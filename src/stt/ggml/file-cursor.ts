import type {FileHandle} from 'node:fs/promises'

/** Thrown when a file ends before what it announces. */
export class FileEnded extends Error {}

/** Reads little-endian numbers and bytes of a file from front to back, a block at a time; skipping reads nothing. */
export class FileCursor {
  readonly #file: FileHandle
  readonly #size: number
  #block = Buffer.alloc(0)
  /** Where the block begins, and where the next byte is taken, in bytes from the start of the file. */
  #blockStart = 0
  #position = 0

  constructor(file: FileHandle, size: number) {
    this.#file = file
    this.#size = size
  }

  get atEnd(): boolean {
    return this.#position >= this.#size
  }

  /** Where the next byte is taken, in bytes from the start of the file. */
  get position(): number {
    return this.#position
  }

  /** Goes on at a byte counted from the start of the file. */
  seek(position: number): void {
    this.#position = position
  }

  /** @throws FileEnded */
  skip(bytes: number): void {
    if (this.#position + bytes > this.#size) throw new FileEnded()
    this.#position += bytes
  }

  /** @throws FileEnded */
  async int32(): Promise<number> {
    return (await this.bytes(4)).readInt32LE(0)
  }

  /** @throws FileEnded */
  async bytes(length: number): Promise<Buffer> {
    const start = this.#position
    this.skip(length)
    if (start < this.#blockStart || this.#position > this.#blockStart + this.#block.length)
      await this.#fill(start, length)
    return this.#block.subarray(start - this.#blockStart, this.#position - this.#blockStart)
  }

  async #fill(start: number, atLeast: number): Promise<void> {
    const block = Buffer.alloc(Math.max(atLeast, 16_384))
    const {bytesRead} = await this.#file.read(block, 0, block.length, start)
    // Also when the file was cut while we read it.
    if (bytesRead < atLeast) throw new FileEnded()
    this.#block = block.subarray(0, bytesRead)
    this.#blockStart = start
  }
}
