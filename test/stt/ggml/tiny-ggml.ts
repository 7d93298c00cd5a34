// Writes a Whisper model in ggml format that says what a test wants, so that the loader, the decoder and the reading of
// its results are proven without a download. Every layer is zero and passes on what comes in; what is left is the
// embedding of the position, one channel each, and the table of tokens, which answers on the channel of its position.

/** The text of tokens, from number 0; real vocabularies come with spaces before words. */
const words = [' hello', ' world', ' again', '[BLANK_AUDIO]', ' [Music]', ' (laughs)', '.', ' ', ' Grüße', '\xe4\xbd']

const english = 51_864
export const multilingual = 51_865

/** Numbers of tokens (whisper.cpp, `whisper_vocab`). */
const tokensOf = (vocabulary: number) => {
  const shift = vocabulary === english ? 0 : 1
  return {
    end: 50_256 + shift,
    language: (index: number) => 50_259 + index,
    translate: 50_357 + shift,
    time: (ms: number) => 50_363 + shift + ms / 20,
    word: (text: string) => {
      const index = words.indexOf(text)
      if (index === -1) throw new Error(`the tiny model has no word "${text}"`)
      return index
    },
  }
}

export interface TinyModel {
  /** Default: English only. */
  vocabulary?: typeof english | typeof multilingual
  /** What it says of every window: words, and times in ms. */
  says: (string | number)[]
  /** Number of the language it detects, when multilingual. */
  detects?: number
  /** When told to translate, the first time it says, in ms, instead of that in `says`. */
  translatesFrom?: number
  /** 20 ms each; 1500 are the 30 s of the published models. */
  audioPositions?: number
  /** Matrices in 16 bits of a kind that only whisper.cpp reads. Default false: 32 bits. */
  bfloat16?: boolean
}

const width = 32
const textPositions = 48

export const tinyWhisper = (model: TinyModel): Buffer => {
  const {vocabulary = english, says, detects = 0, translatesFrom, audioPositions = 1500, bfloat16 = false} = model
  const tokens = tokensOf(vocabulary)
  const spoken = [...says.map(one => (typeof one === 'number' ? tokens.time(one) : tokens.word(one))), tokens.end]
  // The prompt is one token, or three with language and task; what comes after its last position is spoken.
  const answers = vocabulary === english ? spoken : [tokens.language(detects), -1, ...spoken]
  if (answers.length >= width) throw new Error('the tiny model cannot say that much')

  const table = new Float32Array(vocabulary * width)
  const positions = new Float32Array(textPositions * width)
  for (const [position, token] of answers.entries()) {
    positions[position * width + position] = 100
    if (token !== -1) table[token * width + position] = 3
  }
  if (translatesFrom !== undefined) {
    // The task is the last token of the prompt; its own channel is louder than that of its position.
    table[tokens.translate * width + answers.length] = 200
    table[tokens.time(translatesFrom) * width + answers.length] = 3
  }

  const parts: Buffer[] = [
    int32(0x67676d6c, vocabulary, audioPositions, width, 1, 1, textPositions, width, 1, 1, 80, bfloat16 ? 24 : 0),
    int32(80, 201),
    floats(new Float32Array(80 * 201).fill(0.01)),
    int32(words.length),
    ...words.flatMap(word => [int32(Buffer.byteLength(word)), Buffer.from(word)]),
  ]
  const tensor = (name: string, shape: number[], values?: Float32Array): void => {
    const data = values ?? new Float32Array(shape.reduce((product, size) => product * size, 1))
    // With matrices in bfloat16, whisper.cpp wants the convolutions in float16; both are the same where all is zero.
    const short = bfloat16 && name.endsWith('.weight') && shape.length > 1
    const type = short ? (shape.length === 2 ? 30 : 1) : 0
    parts.push(
      int32(shape.length, name.length, type, ...shape),
      Buffer.from(name),
      short ? bfloats(data) : floats(data),
    )
  }
  /** A matrix and its bias; shapes begin with the fastest index, as ggml's do. */
  const linear = (name: string, from: number, to: number, bias = true): void => {
    tensor(`${name}.weight`, [from, to])
    if (bias) tensor(`${name}.bias`, [to])
  }
  const norm = (name: string, gain = 0): void => {
    tensor(`${name}.weight`, [width], new Float32Array(width).fill(gain))
    tensor(`${name}.bias`, [width])
  }
  const attention = (name: string): void => {
    for (const part of ['query', 'key', 'value', 'out']) linear(`${name}.${part}`, width, width, part !== 'key')
    norm(`${name}_ln`)
  }
  const layer = (name: string, cross: boolean): void => {
    attention(`${name}.attn`)
    if (cross) attention(`${name}.cross_attn`)
    norm(`${name}.mlp_ln`)
    linear(`${name}.mlp.0`, width, 4 * width)
    linear(`${name}.mlp.2`, 4 * width, width)
  }

  tensor('encoder.positional_embedding', [width, audioPositions])
  tensor('encoder.conv1.weight', [3, 80, width])
  tensor('encoder.conv1.bias', [1, width])
  tensor('encoder.conv2.weight', [3, width, width])
  tensor('encoder.conv2.bias', [1, width])
  layer('encoder.blocks.0', false)
  norm('encoder.ln_post')
  tensor('decoder.positional_embedding', [width, textPositions], positions)
  tensor('decoder.token_embedding.weight', [width, vocabulary], table)
  layer('decoder.blocks.0', true)
  norm('decoder.ln', 1)
  return Buffer.concat(parts)
}

const int32 = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer)
const floats = (values: Float32Array): Buffer => Buffer.from(values.buffer)
/** The first half of each number. */
const bfloats = (values: Float32Array): Buffer =>
  Buffer.from(Uint16Array.from(new Uint32Array(values.buffer), bits => bits >>> 16).buffer)
