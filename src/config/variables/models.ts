import {path, type Service, secret} from '../variable.ts'

const readers = [
  'models',
  'stt',
  'tts',
  'inference',
  'telegram',
  'discord',
  'gateway',
  'voice-worker',
  'test',
] as const satisfies Service[]

/** Where models lie and how they are fetched. */
export const models = {
  MODEL_CACHE_DIR: path({help: 'Folder of downloaded models', services: readers, default: '~/models'}),
  HUGGINGFACE_CACHE_DIR: path({
    help: 'Folder of models in the layout of the Hugging Face cache',
    services: readers,
    unset: 'huggingface below MODEL_CACHE_DIR',
  }),
  TRANSFORMERS_CACHE_DIR: path({
    help: 'A second such folder that is searched, never written',
    services: readers,
    unset: 'transformers below MODEL_CACHE_DIR',
  }),
  HUGGINGFACE_TOKEN: secret({
    help: 'Access token of huggingface.co, for models that ask for one and for faster downloads',
    services: ['models'],
    pattern: /^hf_\w+$/,
    expected: 'a token that begins with hf_',
  }),
} as const
