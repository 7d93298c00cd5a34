import {choice, flag, integer, path, secret} from '../variable.ts'

const limit = (what: string, perWhat: string, count: string) =>
  integer({help: `${what} of one caller in ${perWhat}`, min: 1, default: count, services: ['gateway']})

/** Of who may do what. */
const readers = ['gateway', 'access']

/** Several stand in one variable, separated by commas. */
export const encryptionKeyPattern = /^[^\s,]{16,}$/

/** Where what people said is kept. */
const minds = ['inference', 'channels'] as const

/** Who may do what, and how much of it. */
export const access = {
  SERVICE_API_KEY: secret({help: 'Key one service shows another', services: ['stt', 'tts', 'inference', 'channels']}),
  SERVICE_TLS_CERT: path({
    help: 'Certificate that a gRPC service shows on an address beyond this machine: a PEM file, its chain behind it',
    services: ['stt', 'tts', 'inference'],
    unset: 'it speaks without TLS',
  }),
  SERVICE_TLS_KEY: path({help: 'Key of that certificate: a PEM file', services: ['stt', 'tts', 'inference']}),
  SERVICE_TLS_CA: path({
    help: 'Authority whose certificates are trusted at grpcs:// addresses, beside the public ones: a PEM file',
    services: ['channels'],
    unset: 'the public ones',
  }),
  RATE_LIMIT_PER_MINUTE: limit('Requests', 'a minute', '60'),
  RATE_LIMIT_PER_HOUR: limit('Requests', 'an hour', '1000'),
  RATE_LIMIT_PER_DAY: limit('Requests', 'a day', '10000'),
  RATE_LIMIT_LLM_PER_MINUTE: limit('Generated texts', 'a minute', '10'),
  RATE_LIMIT_LLM_PER_HOUR: limit('Generated texts', 'an hour', '100'),
  RATE_LIMIT_STT_PER_MINUTE: limit('Transcriptions', 'a minute', '20'),
  RATE_LIMIT_STT_PER_HOUR: limit('Transcriptions', 'an hour', '200'),
  RATE_LIMIT_TTS_PER_MINUTE: limit('Spoken texts', 'a minute', '20'),
  RATE_LIMIT_TTS_PER_HOUR: limit('Spoken texts', 'an hour', '200'),
  RATE_LIMIT_CHAT_PER_MINUTE: limit('Chat messages', 'a minute', '30'),
  RATE_LIMIT_CHAT_PER_HOUR: limit('Chat messages', 'an hour', '500'),
  JWT_SECRET: secret({
    help: 'Key that signs access tokens; the same for all gateways on one database',
    services: readers,
    pattern: /^.{32,}$/s,
    expected: 'at least 32 characters (openssl rand -hex 32)',
    unset: 'a random one, kept in JUNE_DATA_DIR',
  }),
  JWT_ALGORITHM: choice(['HS256', 'HS384', 'HS512'], {
    help: 'How tokens are signed',
    services: readers,
    default: 'HS256',
  }),
  JWT_ACCESS_TOKEN_EXPIRATION_HOURS: integer({
    help: 'Life of an access token, in hours',
    services: readers,
    min: 1,
    max: 8760,
    default: '1',
  }),
  JWT_REFRESH_TOKEN_EXPIRATION_DAYS: integer({
    help: 'Life of a refresh token, in days',
    services: readers,
    min: 1,
    max: 3650,
    default: '30',
  }),
  JWT_EXPIRATION_HOURS: integer({
    help: 'Life of a token of POST /auth/token, in hours',
    services: readers,
    min: 1,
    max: 8760,
    default: '24',
  }),
  ENCRYPTION_KEY: secret({
    help: 'Key that encrypts what people said, in the database',
    services: minds,
    pattern: encryptionKeyPattern,
    expected: 'at least 16 characters without blanks and commas (openssl rand -hex 32)',
    unset: 'it is kept as it is',
  }),
  ENCRYPTION_KEY_FILE: path({help: 'File with that key, instead of ENCRYPTION_KEY', services: minds}),
  ENCRYPTION_KEY_OLD: secret({
    help: 'Keys before it, separated by commas, until all is encrypted with the new one',
    services: minds,
  }),
  ENABLE_DB_ENCRYPTION: flag({
    help: 'Encrypt what is kept, where a key is set; false: decrypt it',
    services: minds,
    default: 'true',
  }),
} as const
