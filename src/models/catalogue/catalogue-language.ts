import type {ModelEntry} from './entry.ts'

const MB = 1_000_000

const checked = '2026-11-29'

interface Options extends Partial<Pick<ModelEntry, 'profiles' | 'languages' | 'licence' | 'unseen' | 'note'>> {
  architecture: string
  /** The model of which these are the weights, quantised. */
  of: string
}

/** One file of a repository; the id is its name. */
const gguf = (repo: string, file: string, bytes: number, {of, ...options}: Options): ModelEntry => ({
  id: file.replace(/\.gguf$/, '').toLowerCase(),
  kind: 'llm',
  engine: 'llama.cpp',
  repo,
  revision: 'main',
  files: [{path: file, bytes}],
  // Weights, an 8k context for four conversations, and compute buffers.
  memoryBytes: Math.round(bytes * 1.1 + 800 * MB),
  languages: ['multilingual'],
  licence: 'Apache-2.0',
  profiles: [],
  aliases: [of],
  checked,
  unseen: ['file', 'size', 'licence'],
  ...options,
})

const thinking = 'Qwen/Qwen3-30B-A3B-Thinking-2507'
const instruct = 'Qwen/Qwen3-30B-A3B-Instruct-2507'

/** For a voice that is silence: such a model is in no profile. */
const thinksFirst = 'thinks before it answers'

const graniteLanguages = ['en', 'de', 'es', 'fr', 'ja', 'pt', 'ar', 'cs', 'it', 'ko', 'nl', 'zh']

const lfmLanguages = ['en', 'ar', 'zh', 'fr', 'de', 'ja', 'ko', 'es']
const lfmLicence = 'LFM Open License 1.0 (free below 10 M$ revenue)'

/**
 * Language models, the stronger first: that is the order in which the default setting looks for one. Of a model that no
 * profile has the smaller file is first: its name means that one.
 */
export const languageModels: ModelEntry[] = [
  gguf('unsloth/gemma-4-26B-A4B-it-GGUF', 'gemma-4-26B-A4B-it-Q8_0.gguf', 26_859_859_744, {
    architecture: 'gemma4',
    of: 'google/gemma-4-26B-A4B-it',
    profiles: ['spark'],
  }),
  gguf('unsloth/gemma-4-26B-A4B-it-GGUF', 'gemma-4-26B-A4B-it-UD-Q4_K_M.gguf', 16_947_539_744, {
    architecture: 'gemma4',
    of: 'google/gemma-4-26B-A4B-it',
    profiles: ['gpu-24'],
  }),
  gguf('unsloth/Qwen3.6-35B-A3B-GGUF', 'Qwen3.6-35B-A3B-UD-Q4_K_M.gguf', 22_134_528_992, {
    architecture: 'qwen35moe',
    of: 'Qwen/Qwen3.6-35B-A3B',
    note: thinksFirst,
  }),
  gguf('unsloth/Qwen3.6-35B-A3B-GGUF', 'Qwen3.6-35B-A3B-Q8_0.gguf', 36_903_140_320, {
    architecture: 'qwen35moe',
    of: 'Qwen/Qwen3.6-35B-A3B',
    note: thinksFirst,
  }),
  gguf('unsloth/Qwen3.5-35B-A3B-GGUF', 'Qwen3.5-35B-A3B-Q4_K_M.gguf', 22_016_023_168, {
    architecture: 'qwen35moe',
    of: 'Qwen/Qwen3.5-35B-A3B',
    note: thinksFirst,
  }),
  gguf('unsloth/Qwen3-30B-A3B-Thinking-2507-GGUF', 'Qwen3-30B-A3B-Thinking-2507-Q4_K_M.gguf', 18_557 * MB, {
    architecture: 'qwen3moe',
    of: thinking,
    note: thinksFirst,
  }),
  gguf('unsloth/Qwen3-30B-A3B-Thinking-2507-GGUF', 'Qwen3-30B-A3B-Thinking-2507-Q8_0.gguf', 32_484 * MB, {
    architecture: 'qwen3moe',
    of: thinking,
    note: thinksFirst,
  }),
  gguf('unsloth/Qwen3-30B-A3B-Instruct-2507-GGUF', 'Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf', 18_557 * MB, {
    architecture: 'qwen3moe',
    of: instruct,
  }),
  gguf('unsloth/Qwen3-30B-A3B-Instruct-2507-GGUF', 'Qwen3-30B-A3B-Instruct-2507-Q8_0.gguf', 32_484 * MB, {
    architecture: 'qwen3moe',
    of: instruct,
  }),
  gguf('unsloth/Nemotron-3-Nano-30B-A3B-GGUF', 'Nemotron-3-Nano-30B-A3B-UD-Q4_K_XL.gguf', 22_800 * MB, {
    architecture: 'nemotron_h_moe',
    of: 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16',
    languages: ['en', 'de', 'es', 'fr', 'it', 'ja'],
    licence: 'NVIDIA Open Model License',
    note: thinksFirst,
  }),
  gguf('unsloth/gpt-oss-20b-GGUF', 'gpt-oss-20b-Q4_K_M.gguf', 11_600 * MB, {
    architecture: 'gpt-oss',
    of: 'openai/gpt-oss-20b',
    unseen: [],
    note: thinksFirst,
  }),
  gguf('unsloth/Qwen3.5-9B-GGUF', 'Qwen3.5-9B-Q4_K_M.gguf', 5_680_522_464, {
    architecture: 'qwen35',
    of: 'Qwen/Qwen3.5-9B',
  }),
  gguf('unsloth/gemma-4-E4B-it-GGUF', 'gemma-4-E4B-it-Q4_K_M.gguf', 4_977_169_568, {
    architecture: 'gemma4',
    of: 'google/gemma-4-E4B-it',
  }),
  gguf('unsloth/Qwen3.5-4B-GGUF', 'Qwen3.5-4B-Q4_K_M.gguf', 2_740_937_888, {
    architecture: 'qwen35',
    of: 'Qwen/Qwen3.5-4B',
    profiles: ['gpu-8'],
  }),
  gguf('unsloth/Qwen3-4B-Instruct-2507-GGUF', 'Qwen3-4B-Instruct-2507-Q4_K_M.gguf', 2497 * MB, {
    architecture: 'qwen3',
    of: 'Qwen/Qwen3-4B-Instruct-2507',
  }),
  gguf('unsloth/gemma-4-E2B-it-GGUF', 'gemma-4-E2B-it-Q4_K_M.gguf', 3_106_736_256, {
    architecture: 'gemma4',
    of: 'google/gemma-4-E2B-it',
  }),
  gguf('ibm-granite/granite-4.0-h-tiny-GGUF', 'granite-4.0-h-tiny-Q4_K_M.gguf', 4_230_976_352, {
    architecture: 'granitehybrid',
    of: 'ibm-granite/granite-4.0-h-tiny',
    languages: graniteLanguages,
  }),
  gguf('ibm-granite/granite-4.0-h-micro-GGUF', 'granite-4.0-h-micro-Q4_K_M.gguf', 1_942_564_512, {
    architecture: 'granitehybrid',
    of: 'ibm-granite/granite-4.0-h-micro',
    languages: graniteLanguages,
  }),
  gguf('ggml-org/SmolLM3-3B-GGUF', 'SmolLM3-Q4_K_M.gguf', 1_915_305_312, {
    architecture: 'smollm3',
    of: 'HuggingFaceTB/SmolLM3-3B',
    languages: ['en', 'de', 'es', 'fr', 'it', 'pt'],
    note: thinksFirst,
  }),
  gguf('unsloth/Qwen3.5-2B-GGUF', 'Qwen3.5-2B-Q4_K_M.gguf', 1_280_835_840, {
    architecture: 'qwen35',
    of: 'Qwen/Qwen3.5-2B',
    profiles: ['starter'],
  }),
  gguf('unsloth/Qwen3-1.7B-GGUF', 'Qwen3-1.7B-Q4_K_M.gguf', 1107 * MB, {
    architecture: 'qwen3',
    of: 'Qwen/Qwen3-1.7B',
    note: thinksFirst,
  }),
  gguf('HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF', 'smollm2-1.7b-instruct-q4_k_m.gguf', 1056 * MB, {
    architecture: 'llama',
    of: 'HuggingFaceTB/SmolLM2-1.7B-Instruct',
    languages: ['en'],
  }),
  gguf('LiquidAI/LFM2.5-1.2B-Instruct-GGUF', 'LFM2.5-1.2B-Instruct-Q4_K_M.gguf', 730_895_168, {
    architecture: 'lfm2',
    of: 'LiquidAI/LFM2.5-1.2B-Instruct',
    languages: lfmLanguages,
    licence: lfmLicence,
  }),
  gguf('unsloth/Qwen3.5-0.8B-GGUF', 'Qwen3.5-0.8B-Q4_K_M.gguf', 532_517_120, {
    architecture: 'qwen35',
    of: 'Qwen/Qwen3.5-0.8B',
  }),
  gguf('Qwen/Qwen3-0.6B-GGUF', 'Qwen3-0.6B-Q8_0.gguf', 639 * MB, {
    architecture: 'qwen3',
    of: 'Qwen/Qwen3-0.6B',
    note: thinksFirst,
  }),
  gguf('HuggingFaceTB/SmolLM2-360M-Instruct-GGUF', 'smollm2-360m-instruct-q8_0.gguf', 386 * MB, {
    architecture: 'llama',
    of: 'HuggingFaceTB/SmolLM2-360M-Instruct',
    languages: ['en'],
  }),
  gguf('ibm-granite/granite-4.0-350m-GGUF', 'granite-4.0-350m-Q5_K_M.gguf', 264_052_128, {
    architecture: 'granite',
    of: 'ibm-granite/granite-4.0-350m',
    profiles: ['light'],
    languages: graniteLanguages,
    unseen: ['file', 'size'],
  }),
  gguf('LiquidAI/LFM2.5-350M-GGUF', 'LFM2.5-350M-Q4_K_M.gguf', 229_312_224, {
    architecture: 'lfm2',
    of: 'LiquidAI/LFM2.5-350M',
    languages: lfmLanguages,
    licence: lfmLicence,
    unseen: ['file', 'size'],
  }),
  gguf('bartowski/SmolLM2-135M-Instruct-GGUF', 'SmolLM2-135M-Instruct-Q8_0.gguf', 145 * MB, {
    architecture: 'llama',
    of: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    languages: ['en'],
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
    architecture: 'qwen3',
    checked,
    unseen: ['file', 'size', 'licence'],
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
    architecture: 'bert',
    checked,
    unseen: ['file', 'size', 'licence'],
  },
]
