import {planned} from '../declaration.ts'
import {choice, decimal, device, flag, grpcUrl, integer, mode, numbers, path, pattern, port, text} from '../variable.ts'

const callers = ['channels'] as const
const listeners = ['stt', ...callers] as const
const speakers = ['tts', ...callers] as const

/** Speech to text. */
export const speechToText = {
  STT_URL: grpcUrl({
    help: 'Speech recognition service, as grpc://host:50052; several by their IP addresses, with commas between',
    services: callers,
    unset: 'the engine runs in this process',
  }),
  STT_MODEL: text({
    help: 'Model that listens: an id of the catalogue (essence models list) or a path',
    services: listeners,
    default: 'openai/whisper-large-v3',
  }),
  STT_ENGINE: choice(['auto', 'whisper', 'whisper.cpp', 'parakeet'], {
    help: 'Engine that listens; auto takes the best one for the model and the device',
    services: listeners,
    default: 'auto',
  }),
  STT_DEVICE: device({help: 'Where the model computes', services: listeners, default: 'auto'}),
  STT_LANGUAGE: pattern({
    help: 'Language people speak, as en; auto detects it',
    services: listeners,
    pattern: /^(auto|[a-z]{2,3}(-[A-Z]{2})?)$/,
    expected: 'auto or a language code, as en or pt-BR',
    default: 'auto',
  }),
  STT_PROMPT: text({help: 'Names and words to expect, to bias spelling', services: listeners}),
  STT_HOT_WORDS: text({
    help: 'Names and words to expect, with commas between; they go before STT_PROMPT',
    services: listeners,
  }),
  STT_THREADS: integer({
    help: 'CPU threads of speech recognition',
    services: listeners,
    min: 1,
    max: 1024,
    unset: 'fewer than the machine has cores',
  }),
  STT_SAMPLE_RATE: integer({
    help: 'Sample rate of raw PCM that does not say its own, in Hz',
    services: ['stt'],
    min: 8000,
    max: 48_000,
    default: '16000',
  }),
  STT_CHUNK_LENGTH: decimal({
    help: 'Longest stretch recognised at once, in seconds',
    services: listeners,
    min: 1,
    max: 30,
    default: '30.0',
  }),
  STT_ENABLE_VAD: flag({help: 'Leave out silence before recognition', services: listeners, default: 'true'}),
  STT_VAD_MODEL: text({
    help: 'Silero VAD as ONNX: an id of the catalogue (essence models list) or a path',
    services: listeners,
    unset: 'the one that comes with Essence',
  }),
  STT_VAD_THRESHOLD: decimal({
    help: 'Probability from which a moment counts as speech',
    services: listeners,
    min: 0.01,
    max: 0.99,
    unset: '0.5',
  }),
  STT_VAD_MIN_SPEECH_DURATION_MS: integer({
    help: 'Shorter speech does not count, in ms',
    services: listeners,
    min: 0,
    max: 10_000,
    unset: '100',
  }),
  STT_VAD_MIN_SILENCE_DURATION_MS: integer({
    help: 'Silence that ends an utterance, in ms',
    services: listeners,
    min: 32,
    max: 60_000,
    unset: '500',
  }),
  STT_VAD_SPEECH_PAD_MS: integer({
    help: 'Sound kept before and after speech, in ms',
    services: listeners,
    min: 0,
    max: 5000,
    unset: '300',
  }),
  STT_VAD_MAX_SPEECH_DURATION_S: decimal({
    help: 'Longer utterances are cut at a pause, in seconds; never longer than the model hears at once',
    services: listeners,
    min: 1,
    max: 3600,
    unset: 'STT_CHUNK_LENGTH',
  }),
  STT_HOST: text({
    help: 'Address the service listens on; beyond this machine, set SERVICE_API_KEY as well',
    services: ['stt'],
    default: '127.0.0.1',
  }),
  STT_QUEUE_LIMIT: integer({
    help: 'Requests under way at once, waiting ones included; one more is refused',
    services: listeners,
    min: 1,
    max: 10_000,
    default: '64',
  }),
  STT_PORT: port({help: 'Port of the gRPC service', services: ['stt'], default: '50052'}),
  STT_METRICS_PORT: port({help: 'Port of its health and metrics', services: ['stt'], default: '8002'}),
  STT_MODE: mode({service: 'stt', mock: 'a mock that hears at once', real: 'the engine that listens'}, listeners),
  ...planned({
    STT_PRICING: numbers({
      help: 'Price of listening for the cost report, as {"per_minute": 0.006}',
      unset: 'the built-in table',
    }),
    STT_METRICS_DB_PATH: path({
      help: 'File with one row for each recognition, for the analytics of the gateway',
      unset: 'kept with the other data in JUNE_DATA_DIR',
    }),
  }),
} as const

/** Text to speech. */
export const textToSpeech = {
  TTS_URL: grpcUrl({
    help: 'Speech synthesis service, as grpc://host:50053; several by their IP addresses, with commas between',
    services: callers,
    unset: 'the engine runs in this process',
  }),
  TTS_ENGINE: pattern({
    help: 'Engine that speaks; auto takes the best one whose model is present',
    services: speakers,
    pattern: /^[a-z][a-z0-9-]*$/,
    expected: 'auto, or the name of an engine, as espeak',
    default: 'auto',
  }),
  TTS_MODEL: text({
    help: 'Model that speaks: an id of the catalogue (essence models list) or a path',
    services: speakers,
    default: 'facebook/fastspeech2-en-ljspeech',
  }),
  TTS_DEVICE: device({help: 'Where the model computes', services: speakers, default: 'auto'}),
  TTS_VOICE_ID: text({help: 'Voice, as listed by essence voices', services: speakers, default: 'default'}),
  TTS_SPEED: decimal({help: 'Relative rate of speaking', services: speakers, min: 0.5, max: 2, default: '1'}),
  TTS_SAMPLE_RATE: integer({
    help: 'Sample rate of the sound the service sends, in Hz',
    services: ['tts'],
    min: 8000,
    max: 48_000,
    default: '22050',
  }),
  TTS_HOST: text({
    help: 'Address the service listens on; beyond this machine, set SERVICE_API_KEY as well',
    services: ['tts'],
    default: '127.0.0.1',
  }),
  TTS_QUEUE_LIMIT: integer({
    help: 'Requests under way at once, waiting ones included; one more is refused',
    services: speakers,
    min: 1,
    max: 10_000,
    default: '64',
  }),
  TTS_PORT: port({help: 'Port of the gRPC service', services: ['tts'], default: '50053'}),
  TTS_METRICS_PORT: port({help: 'Port of its health and metrics', services: ['tts'], default: '8003'}),
  TTS_MODE: mode({service: 'tts', mock: 'a mock that speaks at once', real: 'the engine that speaks'}, speakers),
  ...planned({
    TTS_PRICING: numbers({
      help: 'Price of speaking for the cost report, as {"per_minute": 0.015}',
      unset: 'the built-in table',
    }),
  }),
} as const
