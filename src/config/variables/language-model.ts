import {planned} from '../declaration.ts'
import {choice, decimal, device, flag, integer, mode, numbers, port, secret, text, url} from '../variable.ts'

const callers = ['channels'] as const
const readers = ['inference', ...callers] as const

/** The language model: `essence inference-api`, and every process that boots it itself. */
export const languageModel = {
  LLM_URL: url(['grpc', 'grpcs', 'http', 'https'], {
    help: 'Service that answers (grpc://, essence inference-api); or the model alone: an OpenAI-compatible server (http://)',
    services: readers,
    unset: 'the engine runs in this process',
  }),
  LLM_API_KEY: secret({help: 'Key for an OpenAI-compatible server at LLM_URL', services: readers}),
  MODEL_NAME: text({
    help: 'Model that answers: an id of the catalogue (essence models list), the path of a GGUF file, or an id of the server at LLM_URL',
    services: readers,
    default: 'Qwen/Qwen3-30B-A3B-Thinking-2507',
  }),
  MODEL_DEVICE: device({help: 'Where the model computes', services: readers, default: 'auto'}),
  MAX_CONTEXT_LENGTH: integer({
    help: 'Most tokens of context one conversation has; shortened to what the model and the memory allow',
    services: readers,
    min: 256,
    max: 1_048_576,
    default: '131072',
  }),
  MODEL_TEMPERATURE: decimal({
    help: 'Freedom in choosing words; 0 always takes the likeliest',
    services: readers,
    min: 0,
    max: 2,
    default: '0.7',
  }),
  MODEL_MAX_TOKENS: integer({
    help: 'Longest answer, in tokens',
    services: readers,
    min: 1,
    max: 100_000,
    default: '2048',
  }),
  MODEL_TOP_P: decimal({
    help: 'Choose among the likeliest words that together have this probability',
    services: readers,
    min: 0,
    max: 1,
    default: '0.9',
  }),
  MODEL_TOP_K: integer({
    help: 'Choose among this many of the likeliest words',
    services: readers,
    min: 1,
    unset: 'no such limit',
  }),
  MODEL_REPETITION_PENALTY: decimal({
    help: 'Above 1, words that were used already become less likely',
    services: readers,
    min: 0,
    max: 2,
    unset: 'no penalty',
  }),
  MODEL_THINKING: choice(['off', 'on', 'auto'], {
    help: 'Think before answering, where the chat template of the model has a switch for that; auto leaves it to the template',
    services: readers,
    default: 'off',
  }),
  SYSTEM_PROMPT: text({
    help: 'Who June is and how June answers',
    services: readers,
    unset: 'the built-in instructions for short spoken answers',
  }),
  LLM_THREADS: integer({
    help: 'CPU threads of the language model',
    services: readers,
    min: 1,
    max: 1024,
    unset: 'fewer than the machine has cores',
  }),
  LLM_CONVERSATIONS: integer({
    help: 'Conversations answered at once; each has its share of the context memory',
    services: readers,
    min: 1,
    max: 256,
    default: '4',
  }),
  LLM_QUEUE_LIMIT: integer({
    help: 'Answers under way at once, waiting ones included; one more is refused',
    services: readers,
    min: 1,
    max: 10_000,
    default: '64',
  }),
  LLM_KV_CACHE: choice(['f16', 'q8_0', 'q4_0'], {
    help: 'How the state of conversations is kept; smaller types need less memory and lose a little accuracy',
    services: readers,
    default: 'f16',
  }),
  LLM_FLASH_ATTENTION: choice(['auto', 'on', 'off'], {
    help: 'Flash attention; auto takes it on a GPU, for a CPU is slower with it',
    services: readers,
    default: 'auto',
  }),
  LLM_GPU_LAYERS: integer({
    help: 'Layers of the model on the GPU',
    services: readers,
    min: 0,
    max: 10_000,
    unset: 'as many as fit beside the context',
  }),
  MODEL_THINKING_TOKENS: integer({
    help: 'Tokens a model that thinks may think before it has to answer',
    services: readers,
    min: 0,
    max: 100_000,
    unset: 'as many as an answer may have',
  }),
  USE_YARN: flag({
    help: 'Where MAX_CONTEXT_LENGTH asks for more than the model was trained for, stretch it by YaRN, at most fourfold',
    services: readers,
    default: 'true',
  }),
  INFERENCE_MODE: mode(
    {service: 'inference', mock: 'a mock that repeats what it hears', real: 'the language model'},
    readers,
  ),
  LLM_PORT: port({help: 'Port of the gRPC service', services: ['inference'], default: '50051'}),
  INFERENCE_METRICS_PORT: port({help: 'Port of its health and metrics', services: ['inference'], default: '8001'}),
  ...planned({
    INFERENCE_API_URL: url(['grpc', 'grpcs', 'http', 'https'], {
      help: 'The same for the gateway, which prefers it to LLM_URL',
      unset: 'LLM_URL',
    }),
    USE_QUANTIZATION: flag({
      help: 'Prefer quantised weights, which need less memory',
      default: 'true',
    }),
    QUANTIZATION_BITS: integer({help: 'Bits of a quantised weight', min: 2, max: 8, default: '8'}),
    LLM_CACHE_ENABLED: flag({help: 'Remember answers given at temperature 0', default: 'true'}),
    LLM_CACHE_MAX_SIZE: integer({help: 'Answers remembered', min: 1, max: 1_000_000, default: '1000'}),
    LLM_CACHE_TTL_SECONDS: integer({
      help: 'How long they are remembered, in seconds',
      min: 1,
      default: '3600',
    }),
    LLM_PRICING: numbers({
      help: 'Price of tokens for the cost report, as {"per_input_token": 0.00001, "per_output_token": 0.00003}',
      unset: 'the built-in table',
    }),
  }),
} as const
