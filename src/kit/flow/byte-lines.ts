/** Cuts a stream of bytes into lines at `\n`; bytes are kept as they are, also such as are no text. */
export class ByteLines {
  readonly #onLine: (line: Buffer) => void
  readonly #maxLineBytes: number
  #rest: Buffer[] = []
  #length = 0

  /**
   * @param onLine gets each line without its end
   * @param maxLineBytes bytes after which a line is passed on in pieces, so that a program without line ends fills no memory
   */
  constructor(onLine: (line: Buffer) => void, maxLineBytes = 256 * 1024) {
    this.#onLine = onLine
    this.#maxLineBytes = maxLineBytes
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end))
      this.#emit()
      from = end + 1
    }
    this.#keep(chunk.subarray(from))
    if (this.#length >= this.#maxLineBytes) this.#emit()
  }

  /** Passes on the rest, which came without a line end. */
  end(): void {
    if (this.#length > 0) this.#emit()
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return
    this.#rest.push(part)
    this.#length += part.length
  }

  #emit(): void {
    const line = this.#rest.length === 1 && this.#rest[0] ? this.#rest[0] : Buffer.concat(this.#rest)
    this.#rest = []
    this.#length = 0
    this.#onLine(line)
  }
}
