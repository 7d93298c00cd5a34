import {type BlockTypeName, blockTypes, ShapeFile} from './random-blocks.ts'

/** The sizes of a Whisper model, as OpenAI published them. */
export interface WhisperShape {
  width: number
  heads: number
  encoderLayers: number
  decoderLayers: number
  mels: number
  vocabulary: number
}

export const largeV3Turbo: WhisperShape = {
  width: 1280,
  heads: 20,
  encoderLayers: 32,
  decoderLayers: 4,
  mels: 128,
  vocabulary: 51_866,
}
export const base: WhisperShape = {
  width: 512,
  heads: 8,
  encoderLayers: 6,
  decoderLayers: 6,
  mels: 80,
  vocabulary: 51_865,
}

const magic = 0x67676d6c
const audioContext = 1500
const textContext = 448
/** Words in the file; the runtime names the special tokens after them itself. */
const words = 50_257
const fileType = {f16: 1, q8_0: 7}

/** Writes a model of the shape with random weights, in whisper.cpp's format: as fast as a real one, and it understands nothing. */
export const writeWhisper = async (path: string, shape: WhisperShape, type: 'f16' | 'q8_0' = 'q8_0'): Promise<void> => {
  const {width, heads, encoderLayers, decoderLayers, mels, vocabulary} = shape
  const file = await ShapeFile.create(path)
  const ints = (...values: number[]): Promise<void> => file.write(Buffer.from(Int32Array.from(values).buffer))
  await ints(
    magic,
    vocabulary,
    audioContext,
    width,
    heads,
    encoderLayers,
    textContext,
    width,
    heads,
    decoderLayers,
    mels,
    fileType[type],
  )
  await ints(mels, 201)
  await file.write(Buffer.from(new Float32Array(mels * 201).fill(0.01).buffer))
  await ints(words)
  const table = Array.from({length: words}, (_, word) => {
    const text = Buffer.from(` w${word}`)
    return Buffer.concat([Buffer.from(Int32Array.of(text.length).buffer), text])
  })
  await file.write(Buffer.concat(table))

  const tensor = async (name: string, dims: number[], as: BlockTypeName): Promise<void> => {
    const bytes = Buffer.from(name)
    await ints(dims.length, bytes.length, blockTypes[as].id, ...dims)
    await file.write(bytes)
    await file.writeRandom(
      as,
      dims.reduce((a, b) => a * b),
    )
  }
  const vector = (name: string, length = width): Promise<void> => tensor(name, [length], 'f32')
  const norm = async (name: string): Promise<void> => {
    await vector(`${name}.weight`)
    await vector(`${name}.bias`)
  }
  const linear = async (name: string, from: number, to: number, bias = true): Promise<void> => {
    await tensor(`${name}.weight`, [from, to], type)
    if (bias) await vector(`${name}.bias`, to)
  }
  const attention = async (name: string): Promise<void> => {
    await norm(`${name}_ln`)
    for (const part of ['query', 'key', 'value', 'out']) await linear(`${name}.${part}`, width, width, part !== 'key')
  }
  const block = async (name: string, cross: boolean): Promise<void> => {
    await attention(`${name}.attn`)
    if (cross) await attention(`${name}.cross_attn`)
    await norm(`${name}.mlp_ln`)
    await linear(`${name}.mlp.0`, width, width * 4)
    await linear(`${name}.mlp.2`, width * 4, width)
  }

  await tensor('encoder.positional_embedding', [width, audioContext], 'f32')
  await tensor('encoder.conv1.weight', [3, mels, width], 'f16')
  await tensor('encoder.conv1.bias', [1, width], 'f32')
  await tensor('encoder.conv2.weight', [3, width, width], 'f16')
  await tensor('encoder.conv2.bias', [1, width], 'f32')
  for (let layer = 0; layer < encoderLayers; layer++) await block(`encoder.blocks.${layer}`, false)
  await norm('encoder.ln_post')
  await tensor('decoder.positional_embedding', [width, textContext], 'f32')
  await tensor('decoder.token_embedding.weight', [width, vocabulary], type)
  for (let layer = 0; layer < decoderLayers; layer++) await block(`decoder.blocks.${layer}`, true)
  await norm('decoder.ln')
  await file.close()
}
