// Writes a Parakeet model in whisper.cpp's format that says what a test wants. The encoder passes on nothing; the prediction
// network remembers the last token in a channel of its own, and the joint network answers with the token that follows it. Each token
// lasts `framesEach` frames of 80 ms, so that short audio holds fewer of them.

export interface TinyParakeet {
  /** Pieces as SentencePiece has them: "▁" begins a word. */
  says: string[]
  /** Default 4. */
  framesEach?: number
  /** Default: as many as it says. Version 2 has 1024. */
  vocabulary?: number
  audioPositions?: number
}

const width = 32
const melBands = 8
const fft = 64
const kernel = 9

export const tinyParakeet = ({
  says,
  framesEach = 4,
  vocabulary = says.length,
  audioPositions = 5000,
}: TinyParakeet): Buffer => {
  if (says.length >= width) throw new Error('the tiny model cannot say that much')
  const parts: Buffer[] = [
    int32(0x67676d6c, vocabulary, audioPositions, width, 1, 1, melBands, 0, fft, 8, 1, kernel, width, 1, 1, 10),
    int32(melBands, 1 + fft / 2),
    floats(new Float32Array(melBands * (1 + fft / 2)).fill(0.01)),
    int32(fft),
    floats(new Float32Array(fft).fill(1)),
    int32(framesEach),
    int32(vocabulary),
    ...Array.from({length: vocabulary}, (_, i) => Buffer.from(says[i] ?? `▁unsaid${i}`)).flatMap(word => [
      int32(word.length),
      word,
    ]),
  ]
  const tensor = (name: string, shape: number[], values?: Float32Array): void => {
    const data = values ?? new Float32Array(shape.reduce((product, size) => product * size, 1))
    parts.push(int32(shape.length, name.length, 0, ...shape), Buffer.from(name), floats(data))
  }
  const both = (name: string, shape: number[], bias: number[]): void => {
    tensor(`${name}.weight`, shape)
    tensor(`${name}.bias`, bias)
  }

  both('encoder.pre_encode.out', [1, width], [width])
  for (const place of [0, 2, 5]) both(`encoder.pre_encode.conv.${place}`, [3, 3, 1, 1], [1, 1, 1, 1])
  for (const place of [3, 6]) both(`encoder.pre_encode.conv.${place}`, [1, 1, 1, 1], [1, 1, 1, 1])

  const layer = 'encoder.layers.0'
  for (const part of [
    'norm_feed_forward1',
    'norm_conv',
    'norm_self_att',
    'norm_feed_forward2',
    'norm_out',
    'conv.batch_norm',
  ])
    both(`${layer}.${part}`, [width], [width])
  for (const part of ['feed_forward1', 'feed_forward2']) {
    tensor(`${layer}.${part}.linear1.weight`, [width, 4 * width])
    tensor(`${layer}.${part}.linear2.weight`, [4 * width, width])
  }
  tensor(`${layer}.conv.pointwise_conv1.weight`, [width, 2 * width])
  tensor(`${layer}.conv.depthwise_conv.weight`, [kernel, width])
  tensor(`${layer}.conv.batch_norm.running_mean`, [width])
  tensor(`${layer}.conv.batch_norm.running_var`, [width], new Float32Array(width).fill(1))
  tensor(`${layer}.conv.batch_norm.num_batches_tracked`, [])
  tensor(`${layer}.conv.pointwise_conv2.weight`, [width, width])
  for (const part of ['pos_bias_u', 'pos_bias_v']) tensor(`${layer}.self_attn.${part}`, [width, 1])
  for (const part of ['q', 'k', 'v', 'out', 'pos']) tensor(`${layer}.self_attn.linear_${part}.weight`, [width, width])

  // Channel 0 is that of the silent token, which stands for the beginning; channel n + 1 that of word n.
  const channelOf = (token: number): number => (token === vocabulary ? 0 : token + 1)
  const embedding = new Float32Array((vocabulary + 1) * width)
  for (const token of [vocabulary, ...says.keys()]) embedding[token * width + channelOf(token)] = 1
  tensor('decoder.prediction.embed.weight', [width, vocabulary + 1], embedding)
  // Gates in the order input, forget, output, cell: what comes in is taken whole, what was is forgotten.
  const intoCell = new Float32Array(4 * width * width)
  for (let i = 0; i < width; i++) intoCell[(3 * width + i) * width + i] = 10
  tensor('decoder.prediction.dec_rnn.lstm.weight_ih_l0', [width, 4 * width], intoCell)
  tensor('decoder.prediction.dec_rnn.lstm.weight_hh_l0', [width, 4 * width])
  const gates = Float32Array.from({length: 4 * width}, (_, i) => [20, -20, 20, 0][Math.floor(i / width)] ?? 0)
  tensor('decoder.prediction.dec_rnn.lstm.bias_h_l0', [4 * width], gates)

  const asItIs = new Float32Array(width * width)
  for (let i = 0; i < width; i++) asItIs[i * width + i] = 1
  tensor('joint.pred.weight', [width, width], asItIs)
  tensor('joint.pred.bias', [width])
  tensor('joint.enc.weight', [width, width])
  tensor('joint.enc.bias', [width])
  const answers = new Float32Array((vocabulary + 2) * width)
  for (const [i] of says.entries()) answers[i * width + i] = 10
  answers[vocabulary * width + says.length] = 10
  tensor('joint.joint_net.2.weight', [width, vocabulary + 2], answers)
  tensor('joint.joint_net.2.bias', [vocabulary + 2])
  return Buffer.concat(parts)
}

const int32 = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer)
const floats = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength)
