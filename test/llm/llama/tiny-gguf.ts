import {seededRandom} from '@essence/core/kit/random'
import {type GgufTensor, writeGguf} from './gguf-writer.ts'

/** A ChatML template, as most open chat models have it. */
export const chatMlTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

/** ChatML that opens the thought itself, as Qwen3-Thinking-2507 does: the model never writes `<think>`, only `</think>`. */
export const openedThoughtTemplate =
  "{%- for message in messages %}{%- if message.role == 'assistant' %}" +
  "{%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}" +
  "{{- '<|im_start|>assistant\\n' + content + '<|im_end|>\\n' }}" +
  "{%- else %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endif %}{%- endfor %}" +
  "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n<think>\\n' }}{%- endif %}"

/** The same, of a template that also renders thoughts given back to it as `reasoning_content`. */
export const reasoningTemplate =
  "{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' }}" +
  "{%- if message.role == 'assistant' and message.reasoning_content %}" +
  "{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}{%- endif %}" +
  "{{- message.content + '<|im_end|>\\n' }}{%- endfor %}" +
  "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n<think>\\n' }}{%- endif %}"

/** ChatML with tools as Hermes and Qwen have them. */
export const toolTemplate =
  "{%- if tools %}{{- '<|im_start|>system\n' }}{%- if messages[0].role == 'system' %}{{- messages[0].content + '\n\n' }}{%- endif %}" +
  "{{- '# Tools\n<tools>' }}{%- for tool in tools %}{{- '\n' }}{{- tool | tojson }}{%- endfor %}" +
  "{{- '\n</tools>\nCall one within <tool_call></tool_call>.<|im_end|>\n' }}" +
  "{%- elif messages[0].role == 'system' %}{{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}{%- endif %}" +
  "{%- for message in messages %}{%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}" +
  "{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}" +
  "{%- elif message.role == 'assistant' %}{{- '<|im_start|>assistant\n' }}{%- if message.content %}{{- message.content }}{%- endif %}" +
  "{%- for call in message.tool_calls or [] %}{%- if (loop.first and message.content) or not loop.first %}{{- '\n' }}{%- endif %}" +
  '{%- set call = call.function %}{{- \'<tool_call>\n{"name": "\' + call.name + \'", "arguments": \' }}' +
  "{{- call.arguments | tojson }}{{- '}\n</tool_call>' }}{%- endfor %}{{- '<|im_end|>\n' }}" +
  "{%- elif message.role == 'tool' %}{%- if loop.first or messages[loop.index0 - 1].role != 'tool' %}{{- '<|im_start|>user' }}{%- endif %}" +
  "{{- '\n<tool_response>\n' + message.content + '\n</tool_response>' }}" +
  "{%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}{{- '<|im_end|>\n' }}{%- endif %}{%- endif %}{%- endfor %}" +
  "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- endif %}"

/** A token the model writes: its text, or one byte of a character that several tokens share. */
export type ScriptToken = string | {byte: number}

export interface TinyModel {
  /**
   * What the model writes: each token is followed by the next one in the list, whatever came before. The first stands in
   * the prompt already (its last token). Tokens must differ; an end that repeats an earlier token is a loop without end.
   * Absent: random weights.
   */
  script?: ScriptToken[]
  /** Seed of the random weights. */
  seed?: number
  /** The chat template; `null`: the file has none. */
  template?: string | null
  architecture?: 'llama' | 'qwen3'
  contextLength?: number
  /** How an embedding model makes one vector of those of all tokens: 1 is their mean. */
  pooling?: number
}

const controls = ['<|endoftext|>', '<|im_start|>', '<|im_end|>']
const thoughtTags = ['<think>', '</think>']
const headSize = 32

/** GPT-2's printable stand-in for each byte, in which byte-level BPE vocabularies are written. */
const byteCharacters: string[] = (() => {
  let spare = 0x100
  return Array.from({length: 256}, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    return String.fromCodePoint(printable ? byte : spare++)
  })
})()

const inVocabulary = (token: ScriptToken): string =>
  typeof token !== 'string'
    ? (byteCharacters[token.byte] ?? '')
    : [...controls, ...thoughtTags].includes(token)
      ? token
      : [...Buffer.from(token)].map(byte => byteCharacters[byte]).join('')

/**
 * A whole llama of one layer as GGUF bytes (about 1.5 MB): byte-level tokenizer, chat template, ChatML and thought tokens.
 * With a script its embeddings are one-hot, its attention is nought and its output matrix says which token follows which.
 */
export const tinyGguf = (model: TinyModel = {}): Buffer => {
  const {script, seed = 1, template = chatMlTemplate, architecture = 'llama', contextLength = 2048, pooling} = model
  const tokens = [...new Set([...controls, ...thoughtTags, ...byteCharacters, ...(script ?? []).map(inVocabulary)])]
  const vocabulary = tokens.length
  const width = Math.ceil(vocabulary / headSize) * headSize
  const heads = width / headSize
  const random = seededRandom(seed)
  const weights = (rows: number, columns: number): Float32Array =>
    script ? new Float32Array(rows * columns) : Float32Array.from({length: rows * columns}, () => (random() - 0.5) / 4)
  const matrix = (name: string, columns: number, rows: number): GgufTensor => ({
    name: `${name}.weight`,
    shape: [columns, rows],
    data: weights(rows, columns),
  })
  const ones = (name: string, length: number): GgufTensor => ({
    name: `${name}.weight`,
    shape: [length],
    data: new Float32Array(length).fill(1),
  })

  const embedding = matrix('token_embd', width, vocabulary)
  const output = matrix('output', width, vocabulary)
  if (script) {
    for (let token = 0; token < vocabulary; token++) embedding.data[token * width + token] = 1
    const ids = script.map(token => tokens.indexOf(inVocabulary(token)))
    ids.slice(1).forEach((next, index) => {
      output.data[next * width + (ids[index] ?? 0)] = 2
    })
  }
  const tensors = [
    embedding,
    output,
    ones('output_norm', width),
    ones('blk.0.attn_norm', width),
    ones('blk.0.ffn_norm', width),
    matrix('blk.0.attn_q', width, width),
    matrix('blk.0.attn_k', width, headSize),
    matrix('blk.0.attn_v', width, headSize),
    matrix('blk.0.attn_output', width, width),
    matrix('blk.0.ffn_gate', width, headSize),
    matrix('blk.0.ffn_up', width, headSize),
    matrix('blk.0.ffn_down', headSize, width),
    ...(architecture === 'qwen3' ? [ones('blk.0.attn_q_norm', headSize), ones('blk.0.attn_k_norm', headSize)] : []),
  ]
  const kinds = {normal: 1, control: 3, userDefined: 4}
  const kindOf = (token: string): number =>
    controls.includes(token) ? kinds.control : thoughtTags.includes(token) ? kinds.userDefined : kinds.normal
  return writeGguf(
    {
      'general.architecture': {string: architecture},
      'general.name': {string: 'tiny'},
      [`${architecture}.block_count`]: {u32: 1},
      [`${architecture}.context_length`]: {u32: contextLength},
      [`${architecture}.embedding_length`]: {u32: width},
      [`${architecture}.feed_forward_length`]: {u32: headSize},
      [`${architecture}.attention.head_count`]: {u32: heads},
      [`${architecture}.attention.head_count_kv`]: {u32: 1},
      [`${architecture}.attention.layer_norm_rms_epsilon`]: {f32: 1e-5},
      ...(pooling === undefined ? {} : {[`${architecture}.pooling_type`]: {u32: pooling}}),
      'tokenizer.ggml.model': {string: 'gpt2'},
      'tokenizer.ggml.pre': {string: 'gpt-2'},
      'tokenizer.ggml.tokens': {strings: tokens},
      'tokenizer.ggml.token_type': {i32s: tokens.map(kindOf)},
      'tokenizer.ggml.merges': {strings: []},
      'tokenizer.ggml.bos_token_id': {u32: 0},
      'tokenizer.ggml.eos_token_id': {u32: 2},
      'tokenizer.ggml.add_bos_token': {bool: false},
      ...(template === null ? {} : {'tokenizer.chat_template': {string: template}}),
    },
    tensors,
  )
}
