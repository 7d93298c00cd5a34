import {planned} from '../declaration.ts'
import {decimal, flag, integer, pattern, secret, secretUrl, text} from '../variable.ts'

const seconds = (what: string, count: string) =>
  integer({help: `How long ${what} stay cached, in seconds; 0 does not cache them`, min: 0, default: count})

/** Where things are kept once one machine's folder is not enough, and how services reach each other. */
export const store = {
  GRPC_IDLE_TIMEOUT_SECONDS: integer({
    help: 'Silence after which a stream that its client neither feeds nor ends is given up, in seconds',
    services: ['stt', 'tts', 'inference'],
    min: 1,
    max: 86_400,
    default: '60',
  }),
  GRPC_STALL_TIMEOUT_SECONDS: integer({
    help: 'Time after which a client that takes nothing of what is sent to it is dropped, in seconds',
    services: ['stt', 'tts', 'inference'],
    min: 1,
    max: 86_400,
    default: '60',
  }),
  GRPC_KEEPALIVE_TIME_MS: integer({
    help: 'Pause between signs of life on an idle connection, in ms',
    services: ['channels'],
    min: 10_000,
    default: '30000',
  }),
  GRPC_KEEPALIVE_TIMEOUT_MS: integer({
    help: 'Wait for the answer to one, in ms',
    services: ['channels'],
    min: 100,
    default: '5000',
  }),
  POSTGRES_URL: secretUrl(['postgres', 'postgresql'], {
    help: 'Database, as postgresql://june:password@host:5432/june',
    unset: 'an embedded database in JUNE_DATA_DIR',
  }),
  POSTGRES_POOL_SIZE: integer({
    help: 'Connections kept to the database',
    min: 1,
    max: 1000,
    default: '20',
  }),
  MINIO_ENDPOINT: pattern({
    help: 'S3 server that voice messages wait in until they are answered, as minio:9000',
    services: ['channels'],
    pattern: /^(https?:\/\/)?[\w.-]+(:\d{1,5})?$/,
    expected: 'host or host:port',
    unset: 'they stay with the platform they came by',
  }),
  MINIO_ROOT_USER: text({
    help: 'Its user (access key)',
    services: ['channels'],
    default: 'admin',
  }),
  MINIO_ROOT_PASSWORD: secret({help: 'Its password (secret key)', services: ['channels']}),
  MINIO_BUCKET: pattern({
    help: 'Its bucket, which is made where it is missing',
    services: ['channels'],
    pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    expected: '3 to 63 lower-case letters, digits, dots and -',
    default: 'june-storage',
  }),
  MINIO_SECURE: flag({help: 'Speak TLS to it', services: ['channels'], default: 'false'}),
  NATS_URL: secretUrl(['nats', 'tls', 'ws', 'wss'], {
    help: 'NATS server with JetStream that keeps what channels have to answer, as nats://host:4222',
    services: ['channels'],
    unset: 'the database does: POSTGRES_URL, or a file in JUNE_DATA_DIR',
  }),
  NATS_MAX_RECONNECT: integer({
    help: 'Attempts to come back to it before a connection is made anew; -1 never gives one up',
    services: ['channels'],
    min: -1,
    default: '10',
  }),
  NATS_RECONNECT_WAIT: decimal({
    help: 'Pause between them, in seconds',
    services: ['channels'],
    min: 0,
    max: 600,
    default: '2',
  }),
  ...planned({
    POSTGRES_USER: text({help: 'Database user of the container stack', default: 'june'}),
    POSTGRES_PASSWORD: secret({help: 'Its password'}),
    POSTGRES_DB: text({help: 'Database of the container stack', default: 'june'}),
    POSTGRES_MAX_OVERFLOW: integer({
      help: 'Connections beyond that under load',
      min: 0,
      max: 1000,
      default: '10',
    }),
    POSTGRES_POOL_MIN: integer({help: 'Connections kept when idle', min: 0, max: 1000, default: '2'}),
    POSTGRES_POOL_MAX: integer({
      help: 'Most connections to the database',
      min: 1,
      max: 1000,
      default: '20',
    }),
    REDIS_URL: secretUrl(['redis', 'rediss'], {
      help: 'Shared cache and rate limits of several gateways, as redis://host:6379/0',
      unset: 'memory of the process',
    }),
    CACHE_TTL_LLM: seconds('answers', '7200'),
    CACHE_TTL_STT: seconds('transcripts', '86400'),
    CACHE_TTL_TTS: seconds('spoken texts', '86400'),
    CACHE_TTL_SESSION: seconds('sessions', '1800'),
    CACHE_TTL_DB: seconds('database answers', '300'),
    GRPC_MAX_CONNECTIONS_PER_SERVICE: integer({
      help: 'Connections to one gRPC service',
      min: 1,
      max: 1000,
      default: '10',
    }),
  }),
} as const
