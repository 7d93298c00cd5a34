import type {ModelEntry, ProfileName} from './entry.ts'

const MB = 1_000_000
const checked = '2026-11-29'

interface Options {
  profiles?: ProfileName[]
  aliases?: string[]
}

const whisper = (size: string, bytes: number, {profiles = [], aliases = []}: Options = {}): ModelEntry => ({
  id: `whisper-${size}`,
  kind: 'stt',
  engine: 'whisper.cpp',
  repo: 'ggerganov/whisper.cpp',
  revision: 'main',
  files: [{path: `ggml-${size}.bin`, bytes}],
  // Weights, and the buffers of encoder and decoder: whisper.cpp's README gives 273 MB (tiny) to 3.9 GB (large).
  memoryBytes: Math.round(bytes * 1.25 + 200 * MB),
  languages: ['multilingual'],
  licence: 'MIT',
  profiles,
  aliases,
  checked,
  unseen: [],
})

const parakeet = (quantization: string, bytes: number, aliases: string[]): ModelEntry => ({
  id: `parakeet-tdt-0.6b-v3-${quantization}`,
  kind: 'stt',
  engine: 'parakeet.cpp',
  repo: 'ggml-org/parakeet-GGUF',
  revision: 'main',
  files: [{path: `ggml-parakeet-tdt-0.6b-v3-${quantization}.bin`, bytes}],
  memoryBytes: Math.round(bytes * 1.25 + 300 * MB),
  // The 25 of the model card.
  languages: 'bg cs da de el en es et fi fr hr hu it lt lv mt nl pl pt ro ru sk sl sv uk'.split(' '),
  licence: 'CC-BY-4.0',
  profiles: [],
  aliases,
  checked,
  unseen: ['file', 'size', 'licence'],
})

/** Speech recognition, the stronger first: that is the order in which the default setting looks for one. */
export const recognizers: ModelEntry[] = [
  whisper('large-v3', 3_095_033_483, {profiles: ['spark'], aliases: ['openai/whisper-large-v3']}),
  whisper('large-v3-turbo', 1_624_555_275, {profiles: ['gpu-24'], aliases: ['openai/whisper-large-v3-turbo']}),
  whisper('large-v3-q5_0', 1_081_140_203, {aliases: ['openai/whisper-large-v3']}),
  whisper('large-v3-turbo-q8_0', 874_188_075, {profiles: ['gpu-8'], aliases: ['openai/whisper-large-v3-turbo']}),
  whisper('large-v3-turbo-q5_0', 574_041_195, {aliases: ['openai/whisper-large-v3-turbo']}),
  whisper('medium', 1_533_763_059, {aliases: ['openai/whisper-medium']}),
  whisper('medium-q8_0', 823_369_779, {aliases: ['openai/whisper-medium']}),
  whisper('medium-q5_0', 539_212_467, {aliases: ['openai/whisper-medium']}),
  whisper('small', 487_601_967, {aliases: ['openai/whisper-small']}),
  whisper('small-q8_0', 264_464_607, {aliases: ['openai/whisper-small']}),
  whisper('small-q5_1', 190_085_487, {profiles: ['starter'], aliases: ['openai/whisper-small']}),
  whisper('base', 147_951_465, {aliases: ['openai/whisper-base']}),
  whisper('base-q8_0', 81_768_585, {profiles: ['light'], aliases: ['openai/whisper-base']}),
  whisper('base-q5_1', 59_707_625, {aliases: ['openai/whisper-base']}),
  whisper('tiny', 77_691_713, {aliases: ['openai/whisper-tiny']}),
  whisper('tiny-q8_0', 43_537_433, {aliases: ['openai/whisper-tiny']}),
  whisper('tiny-q5_1', 32_152_673, {aliases: ['openai/whisper-tiny']}),
  parakeet('q8_0', 669 * MB, ['nvidia/parakeet-tdt-0.6b-v3', 'parakeet-tdt-0.6b-v3']),
  parakeet('q4_k', 415_611_879, ['nvidia/parakeet-tdt-0.6b-v3', 'parakeet-tdt-0.6b-v3']),
  parakeet('q4_0', 355_615_679, ['nvidia/parakeet-tdt-0.6b-v3', 'parakeet-tdt-0.6b-v3']),
  parakeet('f16', 1260 * MB, ['nvidia/parakeet-tdt-0.6b-v3', 'parakeet-tdt-0.6b-v3']),
]

/** Detection of speech. Silero VAD 5 comes with Essence, so that no profile needs one. */
export const detectors: ModelEntry[] = [
  {
    id: 'silero-vad-onnx',
    kind: 'vad',
    engine: 'silero-onnx',
    repo: 'onnx-community/silero-vad',
    revision: 'main',
    files: [{path: 'onnx/model.onnx', bytes: 2_200_000}],
    memoryBytes: 20 * MB,
    languages: ['multilingual'],
    licence: 'MIT',
    profiles: [],
    aliases: ['silero-vad'],
    checked,
    unseen: ['file', 'size', 'licence'],
  },
]

/** Of its 54 voices some in every language espeak-ng has phonemes for. */
const kokoroVoices = [
  ...['af_heart', 'af_bella', 'am_michael', 'bf_emma', 'bm_george'],
  ...['ef_dora', 'em_alex', 'ff_siwis', 'hf_alpha', 'hm_omega', 'if_sara', 'im_nicola', 'pf_dora', 'pm_alex'],
]

const kokoro = (variant: string, file: string, bytes: number, profiles: ProfileName[]): ModelEntry => ({
  id: `kokoro-82m-${variant}`,
  kind: 'tts',
  engine: 'kokoro',
  repo: 'onnx-community/Kokoro-82M-v1.0-ONNX',
  revision: 'main',
  files: [
    {path: `onnx/${file}`, bytes},
    {path: 'tokenizer.json', bytes: 3497},
    ...kokoroVoices.map(voice => ({path: `voices/${voice}.bin`, bytes: 522_240})),
  ],
  memoryBytes: bytes * 2 + 200 * MB,
  languages: ['en', 'es', 'fr', 'hi', 'it', 'pt-BR'],
  licence: 'Apache-2.0',
  profiles,
  aliases: ['hexgrad/Kokoro-82M', 'kokoro'],
  checked,
  unseen: ['file', 'size'],
})

/** Speech synthesis in one model for many voices, or one voice that stands alone; Piper's are in a file of their own. */
export const voices: ModelEntry[] = [
  kokoro('fp32', 'model.onnx', 325_532_232, ['gpu-8', 'gpu-24', 'spark']),
  kokoro('q8', 'model_quantized.onnx', 92 * MB, ['starter']),
  {
    id: 'jets-ljspeech',
    kind: 'tts',
    engine: 'jets',
    repo: 'NeuML/ljspeech-jets-onnx',
    revision: 'main',
    files: [
      {path: 'model.onnx', bytes: 146 * MB},
      {path: 'config.yaml', bytes: 10_000},
    ],
    memoryBytes: 500 * MB,
    languages: ['en'],
    licence: 'Apache-2.0',
    profiles: [],
    // FastSpeech 2 with a HiFi-GAN vocoder in one graph, trained on the same recordings.
    aliases: ['facebook/fastspeech2-en-ljspeech', 'tts_models/en/ljspeech/tacotron2-DDC'],
    checked,
    unseen: ['file', 'size', 'licence'],
    note: 'the size is an estimate',
  },
]
