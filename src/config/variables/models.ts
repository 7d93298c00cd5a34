import {choice, flag, path, secret, url} from '../variable.ts'

const readers = ['models', 'stt', 'tts', 'inference', 'channels'] as const

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
  MODEL_PROFILE: choice(['auto', 'light', 'starter', 'gpu-8', 'gpu-24', 'spark'], {
    help: 'Size of machine the models are chosen for; auto looks at its memory and GPU',
    services: ['models'],
    default: 'auto',
  }),
  HF_ENDPOINT: url(['http', 'https'], {
    help: 'Hub or mirror models are downloaded from',
    services: ['models'],
    default: 'https://huggingface.co',
  }),
  HF_TOKEN: secret({
    help: 'Access token of that hub, for models that ask for one and for faster downloads; sent to no other host',
    services: ['models'],
    pattern: /^hf_\w+$/,
    expected: 'a token that begins with hf_',
  }),
  HUGGINGFACE_TOKEN: secret({
    help: 'The same; HF_TOKEN is preferred',
    services: ['models'],
    pattern: /^hf_\w+$/,
    expected: 'a token that begins with hf_',
  }),
  HF_HUB_OFFLINE: flag({
    help: 'Never reach for the hub: only models of this machine and of its caches count',
    services: ['models'],
    default: 'false',
  }),
} as const
