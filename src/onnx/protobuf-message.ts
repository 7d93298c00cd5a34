// The little of Protocol Buffers' wire format that writing an ONNX file needs. Messages are lists of pieces, so that
// weights are copied once, at the end, and not once a level of nesting.

/** A message under construction. */
export class Message {
  readonly #pieces: Uint8Array[] = []
  #bytes = 0

  #add(piece: Uint8Array): this {
    this.#pieces.push(piece)
    this.#bytes += piece.length
    return this
  }

  #tag(field: number, wireType: number): this {
    return this.#add(varint(BigInt(field * 8 + wireType)))
  }

  int(field: number, value: number | bigint): this {
    return this.#tag(field, 0).#add(varint(BigInt.asUintN(64, BigInt(value))))
  }

  float(field: number, value: number): this {
    return this.#tag(field, 5).#add(new Uint8Array(Float32Array.of(value).buffer))
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, 2)
      .#add(varint(BigInt(value.length)))
      .#add(value)
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  message(field: number, value: Message): this {
    this.#tag(field, 2).#add(varint(BigInt(value.#bytes)))
    // One by one: a model has more pieces than a call takes arguments.
    for (const piece of value.#pieces) this.#add(piece)
    return this
  }

  /** How many bytes the message has. */
  get length(): number {
    return this.#bytes
  }

  /** The bytes of the message. */
  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#bytes)
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  }
}

const varint = (value: bigint): Uint8Array => {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
