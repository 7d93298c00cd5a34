// Writes GGUF version 3, the file format of llama.cpp: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

export type GgufValue =
  | {u32: number}
  | {f32: number}
  | {bool: boolean}
  | {string: string}
  | {strings: string[]}
  | {i32s: number[]}

export interface GgufTensor {
  name: string
  /** Fastest-running dimension first, as ggml has it. */
  shape: number[]
  data: Float32Array
}

const alignment = 32
const valueTypes = {u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9} as const

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

const f32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([u64(bytes.length), bytes])
}

export const encodeValue = (value: GgufValue): Buffer => {
  if ('u32' in value) return Buffer.concat([u32(valueTypes.u32), u32(value.u32)])
  if ('f32' in value) return Buffer.concat([u32(valueTypes.f32), f32(value.f32)])
  if ('bool' in value) return Buffer.concat([u32(valueTypes.bool), Buffer.from([value.bool ? 1 : 0])])
  if ('string' in value) return Buffer.concat([u32(valueTypes.string), text(value.string)])
  const [type, items] =
    'strings' in value ? [valueTypes.string, value.strings.map(text)] : [valueTypes.i32, value.i32s.map(u32)]
  return Buffer.concat([u32(valueTypes.array), u32(type), u64(items.length), ...items])
}

const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)])

/** The bytes of a GGUF file with these metadata and tensors (all F32). */
export const writeGguf = (metadata: Record<string, GgufValue>, tensors: GgufTensor[]): Buffer => {
  const entries = Object.entries(metadata)
  const blobs = tensors.map(({data}) => padded(Buffer.from(data.buffer, data.byteOffset, data.byteLength)))
  let offset = 0
  const infos = tensors.map(({name, shape}, index) => {
    const f32Type = 0
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(f32Type), u64(offset)])
    offset += blobs[index]?.length ?? 0
    return info
  })
  const head = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(entries.length)]
  const keys = entries.map(([key, value]) => Buffer.concat([text(key), encodeValue(value)]))
  return Buffer.concat([padded(Buffer.concat([...head, ...keys, ...infos])), ...blobs])
}

/** A GGUF file with a chat template more, a Jinja comment after it: what follows keeps its alignment. */
export const withTemplate = (file: Buffer, template: string, name?: string): Buffer => {
  const key = name === undefined ? 'tokenizer.chat_template' : `tokenizer.chat_template.${name}`
  const entry = (blanks: number): Buffer =>
    Buffer.concat([text(key), encodeValue({string: `${template}{#${' '.repeat(blanks)}#}`})])
  const counted = Buffer.concat([file.subarray(0, 16), u64(Number(file.readBigUInt64LE(16)) + 1)])
  return Buffer.concat([counted, entry((alignment - (entry(0).length % alignment)) % alignment), file.subarray(24)])
}
