import {closeSync, openSync, readFileSync, writeSync} from 'node:fs'
import {join} from 'node:path'

/** A variable of CTranslate2's `model.bin`, binary version 6. */
interface Variable {
  shape: number[]
  bytes: Buffer
}

/** @throws where the file is not of a Whisper model */
const readVariables = (path: string): Map<string, Variable> => {
  const file = readFileSync(path)
  let at = 0
  const next = (bytes: number): number => {
    at += bytes
    return at - bytes
  }
  const u8 = (): number => file.readUInt8(next(1))
  const u16 = (): number => file.readUInt16LE(next(2))
  const u32 = (): number => file.readUInt32LE(next(4))
  const name = (): string => {
    const length = u16()
    at += length
    // It ends with a zero.
    return file.toString('utf8', at - length, at - 1)
  }
  const version = u32()
  const spec = name()
  if (version !== 6 || spec !== 'WhisperSpec') throw new Error(`${path} is not of Whisper: ${spec}, version ${version}`)
  u32()
  const variables = new Map<string, Variable>()
  for (let left = u32(); left > 0; left -= 1) {
    const of = name()
    const shape = Array.from({length: u8()}, u32)
    u8()
    const size = u32()
    variables.set(of, {shape, bytes: file.subarray(at, at + size)})
    at += size
  }
  return variables
}

/** Rows of `bands` mel filters over the 201 frequencies of 400 samples at 16 kHz; Slaney's scale, each of area one (librosa, `filters.mel`). */
const melFilters = (bands: number): number[][] => {
  const logStep = Math.log(6.4) / 27
  const melOf = (hz: number): number => (hz < 1000 ? hz / (200 / 3) : 15 + Math.log(hz / 1000) / logStep)
  const hzOf = (mel: number): number => (mel < 15 ? mel * (200 / 3) : 1000 * Math.exp(logStep * (mel - 15)))
  const edges = Array.from({length: bands + 2}, (_, edge) => hzOf((melOf(8000) * edge) / (bands + 1)))
  return Array.from({length: bands}, (_, band) => {
    const [low = 0, middle = 0, high = 0] = edges.slice(band, band + 3)
    return Array.from({length: 201}, (_, bin) => {
      const hz = 40 * bin
      return (2 / (high - low)) * Math.max(0, Math.min((hz - low) / (middle - low), (high - hz) / (high - middle)))
    })
  })
}

/** The bytes that GPT-2's vocabulary stands for: printable ones are themselves, the others follow from U+0100. */
const byteOf = (): Map<string, number> => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  let spare = 0x100
  return new Map(
    Array.from({length: 256}, (_, byte) => [String.fromCodePoint(isPrintable(byte) ? byte : spare++), byte]),
  )
}

const int32s = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer)
const float32s = (values: Iterable<number>): Buffer => Buffer.from(Float32Array.from(values).buffer)

/** float16 in, float32 out: exact. */
const widened = (bytes: Buffer): Buffer =>
  float32s(new Float16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)))

/** What is called otherwise, by side: ggml's name → CTranslate2's. Those of attention are fused there, and come below. */
const linears = (block: string, layer: string, isDecoder: boolean): [to: string, from: string][] => [
  [`${block}.attn.out`, `${layer}/self_attention/linear_1`],
  ...(isDecoder
    ? ([
        [`${block}.cross_attn.query`, `${layer}/attention/linear_0`],
        [`${block}.cross_attn.out`, `${layer}/attention/linear_2`],
      ] as [string, string][])
    : []),
  [`${block}.mlp.0`, `${layer}/ffn/linear_0`],
  [`${block}.mlp.2`, `${layer}/ffn/linear_1`],
]

/**
 * Writes a Whisper model of CTranslate2 as whisper.cpp's ggml file: the same float16 numbers under other names.
 * @param folder `model.bin` and `vocabulary.txt`
 * @throws what is missing in it
 */
export const whisperGgml = (folder: string, target: string): void => {
  const variables = readVariables(join(folder, 'model.bin'))
  const find = (name: string): Variable => {
    const found = variables.get(name)
    if (!found) throw new Error(`${folder} has no ${name}`)
    return found
  }
  const layersOf = (side: string): number =>
    new Set([...variables.keys()].flatMap(name => new RegExp(`^${side}/layer_\\d+(?=/)`).exec(name) ?? [])).size
  const headsOf = (side: string): number => find(`${side}/num_heads`).bytes.readInt16LE()
  const [vocabulary = 0, width = 0] = find('decoder/embeddings/weight').shape
  const bands = find('encoder/conv1/weight').shape[1] ?? 0
  const positionsOf = (side: string): number => find(`${side}/position_encodings/encodings`).shape[0] ?? 0
  const words = readFileSync(join(folder, 'vocabulary.txt'), 'utf8').split('\n').slice(0, 50_257)

  const out = openSync(target, 'w')
  const write = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) done += writeSync(out, bytes, done)
  }
  const put = (name: string, shape: number[], bytes: Buffer): void => {
    if (bytes.length !== 2 * shape.reduce((product, size) => product * size, 1))
      throw new Error(`${name}: ${bytes.length} bytes are not ${shape.join(' × ')} of float16`)
    const isConvolved = /conv\d\.bias$/.test(name)
    const exact = shape.length < 2 || isConvolved || name.endsWith('positional_embedding')
    const sizes = isConvolved ? [1, ...shape] : shape.toReversed()
    write(int32s(sizes.length, name.length, exact ? 0 : 1, ...sizes))
    write(Buffer.from(name))
    write(exact ? widened(bytes) : bytes)
  }
  const copy = (to: string, from: string): void => put(to, find(from).shape, find(from).bytes)
  const pair = (to: string, from: string, [weight, bias]: [string, string] = ['weight', 'bias']): void => {
    copy(`${to}.weight`, `${from}/${weight}`)
    copy(`${to}.bias`, `${from}/${bias}`)
  }
  const norm = (to: string, from: string): void => pair(to, from, ['gamma', 'beta'])
  /** One matrix there, several here; Whisper's keys have no bias, and zeros stand for it there. */
  const parted = (names: string[], from: string): void => {
    const {shape, bytes} = find(`${from}/weight`)
    const bias = find(`${from}/bias`).bytes
    const [rows = 0, columns = 0] = [(shape[0] ?? 0) / names.length, shape[1]]
    for (const [part, name] of names.entries()) {
      const of = (all: Buffer, size: number): Buffer => all.subarray(part * size, (part + 1) * size)
      put(`${name}.weight`, [rows, columns], of(bytes, 2 * rows * columns))
      if (!name.endsWith('.key')) put(`${name}.bias`, [rows], of(bias, 2 * rows))
    }
  }

  try {
    write(Buffer.from('lmgg'))
    write(int32s(vocabulary, positionsOf('encoder'), width, headsOf('encoder'), layersOf('encoder')))
    write(int32s(positionsOf('decoder'), width, headsOf('decoder'), layersOf('decoder'), bands, 1))
    write(int32s(bands, 201))
    write(float32s(melFilters(bands).flat()))
    write(int32s(words.length))
    const bytes = byteOf()
    for (const word of words) {
      const raw = Buffer.from([...word].map(character => bytes.get(character) ?? 0))
      write(int32s(raw.length))
      write(raw)
    }
    for (const side of ['encoder', 'decoder']) {
      const isDecoder = side === 'decoder'
      copy(`${side}.positional_embedding`, `${side}/position_encodings/encodings`)
      if (isDecoder) copy('decoder.token_embedding.weight', 'decoder/embeddings/weight')
      else for (const conv of ['conv1', 'conv2']) pair(`encoder.${conv}`, `encoder/${conv}`)
      for (let index = 0; index < layersOf(side); index += 1) {
        const [block, layer] = [`${side}.blocks.${index}`, `${side}/layer_${index}`]
        norm(`${block}.attn_ln`, `${layer}/self_attention/layer_norm`)
        parted(
          ['query', 'key', 'value'].map(name => `${block}.attn.${name}`),
          `${layer}/self_attention/linear_0`,
        )
        if (isDecoder) {
          norm(`${block}.cross_attn_ln`, `${layer}/attention/layer_norm`)
          parted(
            ['key', 'value'].map(name => `${block}.cross_attn.${name}`),
            `${layer}/attention/linear_1`,
          )
        }
        norm(`${block}.mlp_ln`, `${layer}/ffn/layer_norm`)
        for (const [to, from] of linears(block, layer, isDecoder)) pair(to, from)
      }
      norm(isDecoder ? 'decoder.ln' : 'encoder.ln_post', `${side}/layer_norm`)
    }
  } finally {
    closeSync(out)
  }
}
