import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {encodeValue, type GgufValue, text, u32, u64} from '../../test/llm/llama/gguf-writer.ts'

interface Tensor {
  name: string
  shape: number[]
  values: Float32Array
}

/** Weights of a safetensors file: eight bytes of length, JSON, then numbers (huggingface/safetensors, README). */
const readTensors = (path: string): Tensor[] => {
  const file = readFileSync(path)
  const start = 8 + Number(file.readBigUInt64LE())
  const about = JSON.parse(file.toString('utf8', 8, start)) as Record<
    string,
    {dtype?: string; shape: number[]; data_offsets: [number, number]}
  >
  return Object.entries(about).flatMap(([name, {dtype, shape, data_offsets: at}]) => {
    if (dtype !== 'F32') return []
    const bytes = file.subarray(start + at[0], start + at[1])
    return [{name: name.replace(/^bert\./, ''), shape, values: new Float32Array(Uint8Array.from(bytes).buffer)}]
  })
}

/** llama.cpp's names (gguf-py, `tensor_mapping.py`, BERT). */
const parts: Record<string, string> = {
  'embeddings.word_embeddings': 'token_embd',
  'embeddings.position_embeddings': 'position_embd',
  'embeddings.token_type_embeddings': 'token_types',
  'embeddings.LayerNorm': 'token_embd_norm',
  'attention.self.query': 'attn_q',
  'attention.self.key': 'attn_k',
  'attention.self.value': 'attn_v',
  'attention.output.dense': 'attn_output',
  'attention.output.LayerNorm': 'attn_output_norm',
  'intermediate.dense': 'ffn_up',
  'output.dense': 'ffn_down',
  'output.LayerNorm': 'layer_output_norm',
}

/** @returns undefined for the pooler, which embeddings do not pass */
const nameOf = (name: string): string | undefined => {
  const [, layer, part = '', kind = ''] = /^(?:encoder\.layer\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(name) ?? []
  const known = parts[part]
  return known && `${layer === undefined ? '' : `blk.${layer}.`}${known}.${kind}`
}

const special = /^\[(?:PAD|UNK|CLS|SEP|MASK)\]$/

/** Writes all-MiniLM-L6-v2 as a GGUF: matrices in float16, the rest in float32. */
export const minilmGguf = (folder: string, target: string): void => {
  const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const config = json('config.json') as Record<string, number>
  const ids = json('tokenizer.json').model.vocab as Record<string, number>
  const words = Object.keys(ids).sort((a, b) => (ids[a] ?? 0) - (ids[b] ?? 0))
  const isUnused = (word: string): boolean => word.startsWith('[unused')
  // Where a word begins it has a mark; what goes on with one has none.
  const token = (word: string): string =>
    special.test(word) || isUnused(word) ? word : word.startsWith('##') ? word.slice(2) : `\u2581${word}`
  const number = (name: string): GgufValue => ({u32: config[name] ?? 0})
  const id = (word: string): GgufValue => ({u32: ids[word] ?? 0})
  const metadata: Record<string, GgufValue> = {
    'general.architecture': {string: 'bert'},
    'general.name': {string: 'all-MiniLM-L6-v2'},
    'general.file_type': {u32: 1},
    'bert.block_count': number('num_hidden_layers'),
    'bert.context_length': number('max_position_embeddings'),
    'bert.embedding_length': number('hidden_size'),
    'bert.feed_forward_length': number('intermediate_size'),
    'bert.attention.head_count': number('num_attention_heads'),
    'bert.attention.layer_norm_epsilon': {f32: config['layer_norm_eps'] ?? 1e-12},
    'bert.attention.causal': {bool: false},
    'bert.pooling_type': {u32: 1},
    'tokenizer.ggml.model': {string: 'bert'},
    'tokenizer.ggml.pre': {string: 'default'},
    'tokenizer.ggml.token_type_count': number('type_vocab_size'),
    'tokenizer.ggml.tokens': {strings: words.map(token)},
    'tokenizer.ggml.token_type': {i32s: words.map(word => (special.test(word) ? 3 : isUnused(word) ? 5 : 1))},
    'tokenizer.ggml.bos_token_id': id('[CLS]'),
    'tokenizer.ggml.eos_token_id': id('[SEP]'),
    'tokenizer.ggml.unknown_token_id': id('[UNK]'),
    'tokenizer.ggml.seperator_token_id': id('[SEP]'),
    'tokenizer.ggml.padding_token_id': id('[PAD]'),
    'tokenizer.ggml.cls_token_id': id('[CLS]'),
    'tokenizer.ggml.mask_token_id': id('[MASK]'),
  }
  const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 31)])
  let offset = 0
  const [infos, blobs]: [Buffer[], Buffer[]] = [[], []]
  for (const {name, shape, values} of readTensors(join(folder, 'model.safetensors'))) {
    const to = nameOf(name)
    if (to === undefined) continue
    const half = shape.length === 2 && !/^(?:position_embd|token_types)\./.test(to)
    const blob = padded(Buffer.from(half ? new Float16Array(values).buffer : values.buffer))
    infos.push(
      Buffer.concat([text(to), u32(shape.length), ...shape.toReversed().map(u64), u32(half ? 1 : 0), u64(offset)]),
    )
    blobs.push(blob)
    offset += blob.length
  }
  const entries = Object.entries(metadata).map(([key, value]) => Buffer.concat([text(key), encodeValue(value)]))
  const head = [Buffer.from('GGUF'), u32(3), u64(infos.length), u64(entries.length), ...entries, ...infos]
  writeFileSync(target, Buffer.concat([padded(Buffer.concat(head)), ...blobs]))
}
