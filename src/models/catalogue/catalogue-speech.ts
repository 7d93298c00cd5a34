import type {ModelEntry, ProfileName} from './entry.ts'

const MB = 1_000_000

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
})

/** Speech recognition, the stronger first: that is the order in which the default setting looks for one. */
export const recognizers: ModelEntry[] = [
  whisper('large-v3', 3095 * MB, {profiles: ['spark'], aliases: ['openai/whisper-large-v3']}),
  whisper('large-v3-turbo', 1625 * MB, {profiles: ['gpu-24'], aliases: ['openai/whisper-large-v3-turbo']}),
  whisper('large-v3-q5_0', 1081 * MB, {aliases: ['openai/whisper-large-v3']}),
  whisper('large-v3-turbo-q8_0', 874 * MB, {profiles: ['gpu-8'], aliases: ['openai/whisper-large-v3-turbo']}),
  whisper('large-v3-turbo-q5_0', 574 * MB, {aliases: ['openai/whisper-large-v3-turbo']}),
  whisper('medium', 1534 * MB, {aliases: ['openai/whisper-medium']}),
  whisper('medium-q8_0', 823 * MB, {aliases: ['openai/whisper-medium']}),
  whisper('medium-q5_0', 539 * MB, {aliases: ['openai/whisper-medium']}),
  whisper('small', 488 * MB, {aliases: ['openai/whisper-small']}),
  whisper('small-q8_0', 264 * MB, {aliases: ['openai/whisper-small']}),
  whisper('small-q5_1', 190 * MB, {profiles: ['starter'], aliases: ['openai/whisper-small']}),
  whisper('base', 148 * MB, {aliases: ['openai/whisper-base']}),
  whisper('base-q8_0', 82 * MB, {profiles: ['light'], aliases: ['openai/whisper-base']}),
  whisper('base-q5_1', 60 * MB, {aliases: ['openai/whisper-base']}),
  whisper('tiny', 78 * MB, {aliases: ['openai/whisper-tiny']}),
  whisper('tiny-q8_0', 44 * MB, {aliases: ['openai/whisper-tiny']}),
  whisper('tiny-q5_1', 32 * MB, {aliases: ['openai/whisper-tiny']}),
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
})

interface PiperVoice {
  licence: string
  profiles?: ProfileName[]
  note?: string
}

/** A Piper voice, `en_US-ljspeech-medium`. Licences are those of the recordings each voice learned from. */
const piper = (name: string, {licence, profiles = [], note}: PiperVoice): ModelEntry => {
  const [language = '', speaker, quality] = name.split('-')
  const folder = `${language.slice(0, 2)}/${language}/${speaker}/${quality}`
  return {
    id: `piper-${name.toLowerCase()}`,
    kind: 'tts',
    engine: 'piper',
    repo: 'rhasspy/piper-voices',
    revision: 'main',
    files: [
      {path: `${folder}/${name}.onnx`, bytes: 63_500_000},
      {path: `${folder}/${name}.onnx.json`, bytes: 5000},
    ],
    memoryBytes: 250 * MB,
    languages: [language.replace('_', '-')],
    licence,
    profiles,
    aliases: [name],
    note,
  }
}

/** Speech synthesis. */
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
    note: 'the size is an estimate',
  },
  piper('en_US-ljspeech-medium', {licence: 'public domain recordings', profiles: ['light', 'starter']}),
  piper('en_US-lessac-medium', {licence: 'Blizzard Challenge 2013 licence (research)'}),
  piper('en_GB-cori-medium', {licence: 'public domain recordings'}),
  piper('de_DE-thorsten-medium', {licence: 'CC0-1.0'}),
  piper('fr_FR-siwis-medium', {licence: 'CC-BY-4.0'}),
  piper('es_ES-davefx-medium', {licence: 'CC0-1.0'}),
]
