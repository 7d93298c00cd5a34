import {encodeValue, type GgufValue, text, u32, u64} from '../../test/llm/llama/gguf-writer.ts'
import {type BlockTypeName, blockTypes, ShapeFile, sizeOf} from './random-blocks.ts'

/** The sizes of a Qwen3 model, from the `config.json` Qwen published with it. */
export interface Qwen3Shape {
  layers: number
  width: number
  heads: number
  kvHeads: number
  headSize: number
  feedForward: number
  experts?: {count: number; used: number; feedForward: number}
}

/** Qwen3-30B-A3B (also -Thinking-2507, the default model). */
export const qwen3Moe30b: Qwen3Shape = {
  layers: 48,
  width: 2048,
  heads: 32,
  kvHeads: 4,
  headSize: 128,
  feedForward: 6144,
  experts: {count: 128, used: 8, feedForward: 768},
}
/** Qwen3-4B (also -Instruct-2507). */
export const qwen3Dense4b: Qwen3Shape = {
  layers: 36,
  width: 2560,
  heads: 32,
  kvHeads: 8,
  headSize: 128,
  feedForward: 9728,
}

const vocabulary = 151_936
const alignment = 32

const template =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

/** Byte-level vocabulary: GPT-2's stand-ins for the 256 bytes, then filler, ChatML's tokens last. */
const tokens = (): string[] => {
  let spare = 0x100
  const bytes = Array.from({length: 256}, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    return String.fromCodePoint(printable ? byte : spare++)
  })
  const filler = Array.from({length: vocabulary - bytes.length - 3}, (_, index) => `Ġw${index}`)
  return [...bytes, ...filler, '<|endoftext|>', '<|im_start|>', '<|im_end|>']
}

interface Tensor {
  name: string
  dims: number[]
  type: BlockTypeName
}

const tensorsOf = ({layers, width, heads, kvHeads, headSize, feedForward, experts}: Qwen3Shape): Tensor[] => {
  const tensor = (name: string, type: BlockTypeName, ...dims: number[]): Tensor => ({
    name: `${name}.weight`,
    type,
    dims,
  })
  const perLayer = (layer: number): Tensor[] => {
    const at = `blk.${layer}`
    const ffn = experts
      ? [
          tensor(`${at}.ffn_gate_inp`, 'f32', width, experts.count),
          tensor(`${at}.ffn_gate_exps`, 'q4_k', width, experts.feedForward, experts.count),
          tensor(`${at}.ffn_up_exps`, 'q4_k', width, experts.feedForward, experts.count),
          tensor(`${at}.ffn_down_exps`, 'q6_k', experts.feedForward, width, experts.count),
        ]
      : [
          tensor(`${at}.ffn_gate`, 'q4_k', width, feedForward),
          tensor(`${at}.ffn_up`, 'q4_k', width, feedForward),
          tensor(`${at}.ffn_down`, 'q6_k', feedForward, width),
        ]
    return [
      tensor(`${at}.attn_norm`, 'f32', width),
      tensor(`${at}.attn_q`, 'q4_k', width, heads * headSize),
      tensor(`${at}.attn_k`, 'q4_k', width, kvHeads * headSize),
      tensor(`${at}.attn_v`, 'q6_k', width, kvHeads * headSize),
      tensor(`${at}.attn_output`, 'q4_k', heads * headSize, width),
      tensor(`${at}.attn_q_norm`, 'f32', headSize),
      tensor(`${at}.attn_k_norm`, 'f32', headSize),
      tensor(`${at}.ffn_norm`, 'f32', width),
      ...ffn,
    ]
  }
  return [
    tensor('token_embd', 'q4_k', width, vocabulary),
    ...Array.from({length: layers}, (_, layer) => perLayer(layer)).flat(),
    tensor('output_norm', 'f32', width),
    tensor('output', 'q6_k', width, vocabulary),
  ]
}

const valuesOf = ({dims}: Tensor): number => dims.reduce((a, b) => a * b)

/** Writes a GGUF of the shape with random weights in the mix of Q4_K_M: as fast as a real one, and it says nothing. */
export const writeQwen3 = async (path: string, shape: Qwen3Shape): Promise<void> => {
  const {layers, width, heads, kvHeads, headSize, feedForward, experts} = shape
  const architecture = experts ? 'qwen3moe' : 'qwen3'
  const names = tokens()
  const metadata: Record<string, GgufValue> = {
    'general.architecture': {string: architecture},
    'general.name': {string: 'random weights'},
    'general.alignment': {u32: alignment},
    [`${architecture}.block_count`]: {u32: layers},
    [`${architecture}.context_length`]: {u32: 262_144},
    [`${architecture}.embedding_length`]: {u32: width},
    [`${architecture}.feed_forward_length`]: {u32: feedForward},
    [`${architecture}.attention.head_count`]: {u32: heads},
    [`${architecture}.attention.head_count_kv`]: {u32: kvHeads},
    [`${architecture}.attention.key_length`]: {u32: headSize},
    [`${architecture}.attention.value_length`]: {u32: headSize},
    [`${architecture}.attention.layer_norm_rms_epsilon`]: {f32: 1e-6},
    [`${architecture}.rope.freq_base`]: {f32: 1e7},
    ...(experts
      ? {
          [`${architecture}.expert_count`]: {u32: experts.count},
          [`${architecture}.expert_used_count`]: {u32: experts.used},
          [`${architecture}.expert_feed_forward_length`]: {u32: experts.feedForward},
        }
      : {}),
    'tokenizer.ggml.model': {string: 'gpt2'},
    'tokenizer.ggml.pre': {string: 'qwen2'},
    'tokenizer.ggml.tokens': {strings: names},
    'tokenizer.ggml.token_type': {i32s: names.map((_, index) => (index >= names.length - 3 ? 3 : 1))},
    'tokenizer.ggml.merges': {strings: []},
    'tokenizer.ggml.eos_token_id': {u32: names.length - 1},
    'tokenizer.ggml.add_bos_token': {bool: false},
    'tokenizer.chat_template': {string: template},
  }
  const tensors = tensorsOf(shape)
  const file = await ShapeFile.create(path)
  await file.write(Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(Object.keys(metadata).length)]))
  for (const [key, value] of Object.entries(metadata)) await file.write(Buffer.concat([text(key), encodeValue(value)]))
  let offset = 0
  for (const tensor of tensors) {
    const {name, dims, type} = tensor
    await file.write(
      Buffer.concat([text(name), u32(dims.length), ...dims.map(u64), u32(blockTypes[type].id), u64(offset)]),
    )
    offset += Math.ceil(sizeOf(type, valuesOf(tensor)) / alignment) * alignment
  }
  for (const tensor of tensors) {
    await file.pad(alignment)
    await file.writeRandom(tensor.type, valuesOf(tensor))
  }
  await file.close()
}
