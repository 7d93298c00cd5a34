import type {ModelEntry, ProfileName} from './entry.ts'

const MB = 1_000_000

interface LanguageModel {
  id: string
  repo: string
  file: string
  bytes: number
  aliases: string[]
  profiles?: ProfileName[]
  languages?: string[]
  note?: string
}

const gguf = ({id, repo, file, bytes, aliases, profiles = [], languages, note}: LanguageModel): ModelEntry => ({
  id,
  kind: 'llm',
  engine: 'llama.cpp',
  repo,
  revision: 'main',
  files: [{path: file, bytes}],
  // Weights, an 8k context for four conversations, and compute buffers.
  memoryBytes: Math.round(bytes * 1.1 + 800 * MB),
  languages: languages ?? ['multilingual'],
  licence: 'Apache-2.0',
  profiles,
  aliases,
  note,
})

const thinking = 'Qwen/Qwen3-30B-A3B-Thinking-2507'
const instruct = 'Qwen/Qwen3-30B-A3B-Instruct-2507'

/** Language models, the stronger first: that is the order in which the default setting looks for one. */
export const languageModels: ModelEntry[] = [
  gguf({
    id: 'qwen3-30b-a3b-thinking-2507-q8_0',
    repo: 'unsloth/Qwen3-30B-A3B-Thinking-2507-GGUF',
    file: 'Qwen3-30B-A3B-Thinking-2507-Q8_0.gguf',
    bytes: 32_484 * MB,
    profiles: ['spark'],
    aliases: [thinking],
  }),
  gguf({
    id: 'qwen3-30b-a3b-thinking-2507-q4_k_m',
    repo: 'unsloth/Qwen3-30B-A3B-Thinking-2507-GGUF',
    file: 'Qwen3-30B-A3B-Thinking-2507-Q4_K_M.gguf',
    bytes: 18_557 * MB,
    profiles: ['gpu-24'],
    aliases: [thinking],
  }),
  gguf({
    id: 'qwen3-30b-a3b-instruct-2507-q4_k_m',
    repo: 'unsloth/Qwen3-30B-A3B-Instruct-2507-GGUF',
    file: 'Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf',
    bytes: 18_557 * MB,
    aliases: [instruct],
  }),
  gguf({
    id: 'qwen3-30b-a3b-instruct-2507-q8_0',
    repo: 'unsloth/Qwen3-30B-A3B-Instruct-2507-GGUF',
    file: 'Qwen3-30B-A3B-Instruct-2507-Q8_0.gguf',
    bytes: 32_484 * MB,
    aliases: [instruct],
    note: 'the file name follows its sister repository and was not seen itself',
  }),
  gguf({
    id: 'qwen3-4b-instruct-2507-q4_k_m',
    repo: 'unsloth/Qwen3-4B-Instruct-2507-GGUF',
    file: 'Qwen3-4B-Instruct-2507-Q4_K_M.gguf',
    bytes: 2497 * MB,
    profiles: ['gpu-8'],
    aliases: ['Qwen/Qwen3-4B-Instruct-2507'],
  }),
  gguf({
    id: 'qwen3-1.7b-q4_k_m',
    repo: 'unsloth/Qwen3-1.7B-GGUF',
    file: 'Qwen3-1.7B-Q4_K_M.gguf',
    bytes: 1107 * MB,
    aliases: ['Qwen/Qwen3-1.7B'],
  }),
  gguf({
    id: 'smollm2-1.7b-instruct-q4_k_m',
    repo: 'HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF',
    file: 'smollm2-1.7b-instruct-q4_k_m.gguf',
    bytes: 1056 * MB,
    profiles: ['starter'],
    languages: ['en'],
    aliases: ['HuggingFaceTB/SmolLM2-1.7B-Instruct'],
  }),
  gguf({
    id: 'qwen3-0.6b-q8_0',
    repo: 'Qwen/Qwen3-0.6B-GGUF',
    file: 'Qwen3-0.6B-Q8_0.gguf',
    bytes: 639 * MB,
    aliases: ['Qwen/Qwen3-0.6B'],
  }),
  gguf({
    id: 'smollm2-360m-instruct-q8_0',
    repo: 'HuggingFaceTB/SmolLM2-360M-Instruct-GGUF',
    file: 'smollm2-360m-instruct-q8_0.gguf',
    bytes: 386 * MB,
    languages: ['en'],
    aliases: ['HuggingFaceTB/SmolLM2-360M-Instruct'],
  }),
  gguf({
    id: 'granite-4.0-350m-q5_k_m',
    repo: 'ibm-granite/granite-4.0-350m-GGUF',
    file: 'granite-4.0-350m-Q5_K_M.gguf',
    bytes: 264_052_128,
    profiles: ['light'],
    languages: ['en', 'de', 'es', 'fr', 'ja', 'pt', 'ar', 'cs', 'it', 'ko', 'nl', 'zh'],
    aliases: ['ibm-granite/granite-4.0-350m'],
  }),
  gguf({
    id: 'smollm2-135m-instruct-q8_0',
    repo: 'bartowski/SmolLM2-135M-Instruct-GGUF',
    file: 'SmolLM2-135M-Instruct-Q8_0.gguf',
    bytes: 145 * MB,
    languages: ['en'],
    aliases: ['HuggingFaceTB/SmolLM2-135M-Instruct'],
  }),
]

/** Embedding models, for memory and retrieval. */
export const embeddingModels: ModelEntry[] = [
  {
    id: 'qwen3-embedding-0.6b-q8_0',
    kind: 'embedding',
    engine: 'llama.cpp',
    repo: 'Qwen/Qwen3-Embedding-0.6B-GGUF',
    revision: 'main',
    files: [{path: 'Qwen3-Embedding-0.6B-Q8_0.gguf', bytes: 639 * MB}],
    memoryBytes: 1200 * MB,
    languages: ['multilingual'],
    licence: 'Apache-2.0',
    profiles: ['gpu-8', 'gpu-24', 'spark'],
    aliases: ['Qwen/Qwen3-Embedding-0.6B'],
  },
  {
    id: 'all-minilm-l6-v2-f16',
    kind: 'embedding',
    engine: 'llama.cpp',
    repo: 'leliuga/all-MiniLM-L6-v2-GGUF',
    revision: 'main',
    files: [{path: 'all-MiniLM-L6-v2.F16.gguf', bytes: 46 * MB}],
    memoryBytes: 150 * MB,
    languages: ['en'],
    licence: 'Apache-2.0',
    profiles: ['starter'],
    aliases: ['sentence-transformers/all-MiniLM-L6-v2'],
  },
]
